"""What the columns of a table nobody knows may mean, guessed from their headings for a person to confirm."""

from collections.abc import Container, Sequence
from pathlib import Path

from integrations.exports.layout import HEADING_ROWS, plain, told_apart
from integrations.exports.sheets import Row, read_sheets

# field -> words of headings, the surest first; a heading that is one of them goes before one that contains it
SYNONYMS: dict[str, tuple[str, ...]] = {
    "order_id": ("订单号", "订单编号", "主订单编号", "订单id", "单号", "orderid", "ordernumber", "orderno"),
    "line_id": ("子订单编号", "子订单号", "子单号", "明细编号", "lineid"),
    "product_id": ("商品id", "产品id", "货品id", "productid"),
    "sku": ("商品编码", "商家编码", "货号", "sku编码", "商品编号", "产品编码", "货品编码", "sku"),
    "title": ("商品名称", "商品标题", "产品名称", "货品名称", "宝贝标题", "商品", "产品", "货品", "品名",
              "title", "product"),
    "quantity": ("购买数量", "商品数量", "数量", "件数", "成交数量", "订购数量", "quantity", "qty"),
    "paid_fen": ("实付金额", "实付款", "实收金额", "支付金额", "付款金额", "成交金额", "订单金额", "应付金额", "金额",
                 "总价", "amount"),
    "unit_price": ("商品单价", "单价", "价格", "unitprice"),
    "refunded_fen": ("退款金额", "实退金额", "refundamount", "refunded"),
    "status": ("订单状态", "交易状态", "状态", "status"),
    "created_at": ("下单时间", "订单创建时间", "创建时间", "提交时间", "下单日期", "createdtime", "createdat"),
    "paid_at": ("付款时间", "支付时间", "支付完成时间", "付款日期", "支付日期", "paidtime", "paidat"),
    "shipped_at": ("发货时间", "发货日期", "shippedtime"),
    "refund_status": ("售后状态", "退款状态", "refundstatus"),
    "refund_reason": ("退款原因", "售后原因", "取消原因", "订单关闭原因", "关闭原因", "refundreason"),
    "refunded_at": ("退款时间", "退款完成时间", "退款成功时间", "refundtime", "refundedat"),
    "delivered_by": ("快递公司", "物流公司", "承运商", "carrier"),
    "waybill": ("快递单号", "物流单号", "运单号", "waybill", "tracking"),
    "buyer": ("买家会员名", "会员名", "买家昵称", "买家账号", "下单账号", "采购单位", "buyer"),
}  # fmt: skip


def guess_columns(headings: Sequence[str], taken: Container[str] = ()) -> dict[str, str]:
    """Field → the column that probably holds it, as `told_apart` calls it; each is used once, where it fits best.

    Those that are `taken` are not used.
    """
    free = {name: plain(heading) for heading, name in zip(headings, told_apart(headings), strict=True)}
    free = {name: heading for name, heading in free.items() if heading and name not in taken}
    guessed: dict[str, str] = {}
    for fits in (lambda heading, word: heading == word, lambda heading, word: word in heading):
        for field, words in SYNONYMS.items():
            if field in guessed:
                continue
            for word in words:
                found = next((name for name, heading in free.items() if fits(heading, word)), None)
                if found is not None:
                    guessed[field] = found
                    del free[found]
                    break
    return guessed


def likely_headings(rows: Sequence[Row]) -> list[str]:
    """The row that most likely has the headings: where most is recognised, else where the most cells say something."""

    def likeness(row: list[str]) -> tuple[int, int]:
        return len(guess_columns(row)), sum(bool(cell.strip()) for cell in row)

    return max((row for _line, row in rows), key=likeness, default=[])


def head_of(path: Path) -> list[Row]:
    """The first rows of the first table with any; raises `IntegrationError`."""
    for _name, rows in read_sheets(path):
        head = [row for row, _place in zip(rows, range(HEADING_ROWS), strict=False)]
        if head:
            return head
    return []
