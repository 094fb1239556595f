"""京东商家: several rows for an order, each with the amount of the whole order."""

from integrations.exports.layout import Layout

PLATFORM = "jd"

LINES = Layout(
    kind="jd_lines",
    platform=PLATFORM,
    columns={
        "order_id": ("订单号",),
        "product_id": ("商品ID",),
        "sku": ("货号", "商家SKUID"),
        "title": ("商品名称",),
        "quantity": ("订购数量",),
        "unit_price": ("京东价",),
        "paid_fen": ("应付金额",),
        "status": ("订单状态",),
        "created_at": ("下单时间",),
        "paid_at": ("付款确认时间",),
        "buyer": ("下单帐号",),
    },
    known_by=(("订单号",), ("京东价",), ("订购数量",)),
    order_amounts_repeat=True,
    amounts_due=True,
)

LAYOUTS = (LINES,)
