"""抖店: one row for each line, in the two sets of headings of 2026.

`流量体裁` says whether a live room sold it, from the next day on: until then it holds a promise.
"""

from integrations.exports.layout import Layout

PLATFORM = "douyin"

LINES = Layout(
    kind="douyin_lines",
    platform=PLATFORM,
    columns={
        "order_id": ("主订单编号",),
        "line_id": ("子订单编号",),
        "product_id": ("商品ID",),
        "sku": ("商家编码", "货号"),
        "title": ("选购商品",),
        "quantity": ("商品数量",),
        "unit_price": ("商品单价",),
        "paid_fen": ("订单应付金额",),
        "refund_status": ("售后状态",),
        "refund_reason": ("取消原因",),
        "status": ("订单状态",),
        "created_at": ("订单提交时间",),
        "created_date": ("订单提交日期",),
        "paid_at": ("支付完成时间",),
        "shipped_at": ("发货时间",),
        "carrier": ("流量体裁",),
        "anchor": ("达人ID",),
        "traffic": ("流量来源",),
        "waybill": ("快递信息",),
    },
    known_by=(("主订单编号",), ("子订单编号",), ("选购商品",)),
    amounts_due=True,
)

LAYOUTS = (LINES,)
