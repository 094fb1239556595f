"""Taobao and Tmall: 千牛's orders and order lines in their old and new headings, and 生意参谋's orders of live rooms.

Headings as sellers' consoles wrote them from 2018 to 2026. Only the live orders say which room an order came from.
"""

from integrations.exports.layout import Layout

PLATFORM = "taobao"

ORDERS = Layout(
    kind="taobao_orders",
    platform=PLATFORM,
    columns={
        "order_id": ("订单编号",),
        "title": ("商品标题", "宝贝标题"),
        "quantity": ("宝贝总数量", "商品总数量"),
        "paid_fen": ("买家实付金额", "买家实际支付金额"),
        "refunded_fen": ("退款金额",),
        "refund_reason": ("订单关闭原因",),
        "status": ("订单状态",),
        "created_at": ("订单创建时间",),
        "paid_at": ("订单付款时间",),
        "shipped_at": ("发货时间",),
        "delivered_by": ("物流公司",),
        "waybill": ("物流单号",),
        "buyer": ("买家会员名",),
    },
    known_by=(("订单编号",), ("买家应付邮费",)),
    not_with=("子订单编号",),
    whole_orders=True,
)

LINES = Layout(
    kind="taobao_lines",
    platform=PLATFORM,
    columns={
        "order_id": ("主订单编号",),
        "line_id": ("子订单编号",),
        "product_id": ("商品ID",),
        "sku": ("商家编码", "外部系统编号"),
        "title": ("商品标题", "标题"),
        "quantity": ("购买数量",),
        "unit_price": ("商品价格", "价格"),
        "paid_fen": ("买家实付金额", "买家实际支付金额"),
        "refunded_fen": ("退款金额",),
        "refund_status": ("退款状态",),
        "status": ("订单状态",),
        "created_at": ("订单创建时间",),
        "paid_at": ("订单付款时间",),
        "shipped_at": ("发货时间",),
    },
    known_by=(("子订单编号",), ("主订单编号",)),
    not_with=("选购商品",),
)

OLD_LINES = Layout(
    kind="taobao_lines_old",
    platform=PLATFORM,
    columns={
        "order_id": ("订单编号",),
        "sku": ("商家编码", "外部系统编号"),
        "title": ("标题",),
        "quantity": ("购买数量",),
        "unit_price": ("价格",),
        "status": ("订单状态",),
    },
    known_by=(("订单编号",), ("购买数量",), ("套餐信息",)),
    not_with=("子订单编号",),
)

LIVE_ORDERS = Layout(
    kind="taobao_live_orders",
    platform=PLATFORM,
    columns={
        "order_id": ("父订单",),
        "line_id": ("子订单",),
        "product_id": ("商品id",),
        "title": ("商品标题",),
        "paid_fen": ("支付金额",),
        "created_at": ("下单时间",),
        "paid_at": ("支付时间",),
        "finished_at": ("确认收货时间",),
        "room_id": ("场次id",),
        "room_started_at": ("开播时间",),
        "buyer": ("会员名",),
    },
    known_by=(("父订单",), ("子订单",), ("场次id",)),
    live_only=True,
)

LAYOUTS = (LIVE_ORDERS, LINES, OLD_LINES, ORDERS)
