"""Order files as the platforms write them: their headings, encodings and quirks, filled with what a test needs."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile


def columns(headings: str) -> list[str]:
    return headings.split(",")


TAOBAO_ORDERS_OLD = columns(
    "订单编号,买家会员名,买家支付宝账号,支付单号,支付详情,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,"
    "买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,"
    "订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,"
    "订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单,退款金额,预约门店,确认收货时间,打款商家金额,"
    "发货时间,商家备忘,主订单编号"
)
TAOBAO_LINES_OLD = columns("订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码")
TAOBAO_LINES_GBK = columns(
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,"
    "买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间"
)
TAOBAO_ORDERS_2026 = columns(
    "订单编号,支付单号,支付详情,买家应付货款,买家应付邮费,总金额,买家实付金额,订单创建时间,订单付款时间,商品标题,"
    "退款金额,是否主动赔付,主动赔付金额,主动赔付出账时间,商品属性SKU,C2B小额收款,确认收货打款金额,"
    "含应开票给个人红包,总金额(旧版),订单状态,发货时间,确认收货时间,商家备注,订单关闭原因,收货地址"
)
TAOBAO_LINES_2026 = columns(
    "子订单编号,主订单编号,商品ID,商品属性,商品标题,商品价格,购买数量,买家实付金额,订单状态,退款状态,退款金额,发货时间"
)
TAOBAO_LIVE = columns(
    "直播标题,开播时间,场次id,代播主播名称,会员名,直播间粉丝层级,商品id,商品标题,商品一级类目,父订单,子订单,"
    "下单时间,支付时间,支付金额,确认收货时间,确认收货金额,代播id"
)
DOUYIN = columns(
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,运费,优惠总金额,"
    "平台优惠,商家优惠,达人优惠,商家改价,支付优惠,红包抵扣,支付方式,手续费,收件人,收件人手机号,省,市,区,街道,"
    "详细地址,是否修改过地址,地址修改时段,买家留言,订单提交时间,旗帜颜色,商家备注,订单完成时间,支付完成时间,"
    "APP渠道,流量来源,订单状态,承诺发货时间,订单类型,鲁班落地页ID,达人ID,达人昵称,所属门店ID,售后状态,"
    "取消原因,预约发货时间,仓库ID,仓库名称,序列号,是否安心购,广告渠道,流量类型,流量体裁,流量渠道,发货主体,"
    "发货主体明细,发货时间,降价类优惠,建议发货时间（起）,建议发货时间（止）"
)
DOUYIN_OTHER = columns(
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,货号,商品金额,订单应付金额,是否是以旧换新,收件人,"
    "详细地址,订单提交日期,订单提交时间,支付完成时间,订单状态,售后状态,流量体裁,快递信息,税费,拼团订单"
)
KUAISHOU = columns(
    "订单号,赠品订单号,活动订单编号,订单创建时间,订单支付时间,预售定金支付时间,订单状态,实付款,快递费,店铺优惠,"
    "平台补贴,主播补贴,混资活动优惠,支付优惠,支付方式,成交数量,买家留言,账号类型,账号明细,订单备注,旗帜颜色,"
    "售后状态,活动订单,预售/承诺发货时间,订单载体,商品名称,商品ID,商品规格,SKU编码,商品单价,渠道,"
    "CPS达人ID,CPS达人昵称,收货人姓名,收货人电话,收货地址,发货时间,快递公司,快递单号,物流信息"
)
PINDUODUO = columns(
    "商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),"
    "用户实付金额(元),商家实收金额(元),商品数量(件),支付时间,发货时间,确认收货时间,商品id,商品规格,"
    "样式ID,商家编码-规格维度,商家编码-商品维度,商家备注,售后状态,快递单号,快递公司,订单成交时间,是否分期,"
    "分期期数,手续费承担方,分期方式"
)
JD = columns(
    "订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,"
    "订单类型,下单帐号,客户姓名,客户地址,联系电话,订单备注,发票类型,发票抬头,发票内容,商家备注,"
    "商家备注等级（等级1-5为由高到低）,运费金额,付款确认时间,增值税发票,货号,订单完成时间,订单来源,订单渠道"
)
OWN = columns("订单号,商品编码,数量,实付金额,付款时间,状态")

Record = Mapping[str, object]


def rows_of(headings: Sequence[str], records: Sequence[Record], blank: str = "") -> list[list[object]]:
    """The headings and a row for each record; a record's keys are headings without spaces."""
    plain = [heading.strip() for heading in headings]
    for record in records:
        assert set(record) <= set(plain), set(record) - set(plain)
    return [list(headings), *([record.get(heading, blank) for heading in plain] for record in records)]


def csv_file(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig", separator: str = ",") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def xlsx_file(path: Path, *sheets: Sequence[Sequence[object]]) -> Path:
    """A workbook with texts and numbers, as small as the format allows."""
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "".join(
        f'<Relationship Id="r{n}" Type="{kind}/worksheet" Target="s{n}.xml"/>' for n in range(1, len(sheets) + 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    packages = "http://schemas.openxmlformats.org/package/2006"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="{types}.worksheet+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{types}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="b" '
        f'Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}/relationships">{links}</Relationships>',
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
        for number, rows in enumerate(sheets, 1):
            data = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            book.writestr(f"xl/s{number}.xml", f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>')
    return path


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
