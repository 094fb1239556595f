"""快手小店: one row for each order; `订单载体` says whether a live room sold it."""

from integrations.exports.layout import Layout

PLATFORM = "kuaishou"

ORDERS = Layout(
    kind="kuaishou_orders",
    platform=PLATFORM,
    columns={
        "order_id": ("订单号",),
        "product_id": ("商品ID",),
        "sku": ("SKU编码",),
        "title": ("商品名称",),
        "quantity": ("成交数量",),
        "unit_price": ("商品单价",),
        "paid_fen": ("实付款",),
        "refund_status": ("售后状态",),
        "status": ("订单状态",),
        "created_at": ("订单创建时间",),
        "paid_at": ("订单支付时间",),
        "shipped_at": ("发货时间",),
        "carrier": ("订单载体",),
        "anchor": ("CPS达人ID",),
        "delivered_by": ("快递公司",),
        "waybill": ("快递单号",),
    },
    known_by=(("订单号",), ("订单载体", "CPS达人ID"), ("实付款",)),
    whole_orders=True,
    amounts_due=True,
)

LAYOUTS = (ORDERS,)
