"""拼多多商家后台: one row for each order. It does not say what came from a live room."""

from integrations.exports.layout import Layout

PLATFORM = "pinduoduo"

ORDERS = Layout(
    kind="pinduoduo_orders",
    platform=PLATFORM,
    columns={
        "order_id": ("订单号",),
        "product_id": ("商品id",),
        "sku": ("商家编码-规格维度", "商家编码-商品维度"),
        "title": ("商品",),
        "quantity": ("商品数量(件)",),
        "goods_fen": ("商品总价(元)",),
        "paid_fen": ("用户实付金额(元)",),
        "refund_status": ("售后状态",),
        "status": ("订单状态",),
        "created_at": ("订单成交时间",),
        "paid_at": ("支付时间",),
        "shipped_at": ("发货时间",),
        "delivered_by": ("快递公司",),
        "waybill": ("快递单号",),
    },
    known_by=(("订单号",), ("用户实付金额(元)",), ("商家实收金额(元)",)),
    whole_orders=True,
)

LAYOUTS = (ORDERS,)
