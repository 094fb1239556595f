"""Our own headings, Chinese or English, for whoever writes a table by hand."""

from integrations.exports.layout import Layout

PLATFORM = "csv"

ORDERS = Layout(
    kind="nongbo",
    platform=PLATFORM,
    columns={
        "order_id": ("订单号", "order id", "order number", "订单编号"),
        "sku": ("商品编码", "sku", "商品编号", "编号"),
        "quantity": ("数量", "quantity"),
        "paid_fen": ("实付金额", "paid amount", "paid"),
        "paid_at": ("付款时间", "paid time", "支付时间"),
        "status": ("状态", "status", "订单状态"),
        "line_id": ("子订单号", "line id"),
        "title": ("商品名称", "title", "name"),
        "refunded_fen": ("退款金额", "refunded amount", "refunded"),
        "refund_reason": ("退款原因", "refund reason"),
        "refunded_at": ("退款时间", "refund time"),
    },
    known_by=(
        ("订单号", "order id", "order number", "订单编号"),
        ("商品编码", "sku", "商品编号", "编号"),
        ("数量", "quantity"),
        ("实付金额", "paid amount", "paid"),
        ("付款时间", "paid time", "支付时间"),
        ("状态", "status", "订单状态"),
    ),
    needed=("sku", "quantity", "paid_fen"),
    by_hand=True,
)

LAYOUTS = (ORDERS,)
