"""The signatures of the platforms, by vectors that they print or that were reckoned from their documents."""

import pytest

from integrations import bilibili, douyin, jd, kuaishou, pinduoduo, taobao

ITEM = {
    "app_key": "12345678",
    "fields": "num_iid,title,nick,price,num",
    "format": "json",
    "method": "taobao.item.seller.get",
    "num_iid": "11223344",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "v": "2.0",
}
TRADES = {
    "app_key": "12345678",
    "end_created": "2026-01-02 00:00:00",
    "fields": "tid,status,payment,orders.oid",
    "format": "json",
    "method": "taobao.trades.sold.get",
    "page_no": "1",
    "page_size": "40",
    "session": "test",
    "start_created": "2026-01-01 00:00:00",
    "timestamp": "2026-01-02 08:00:00",
    "use_has_next": "true",
    "v": "2.0",
}
CHINESE = {
    "app_key": "12345678",
    "buyer_nick": "小明",
    "fields": "tid",
    "format": "json",
    "method": "taobao.trades.sold.get",
    "session": "test",
    "timestamp": "2026-01-02 08:00:00",
    "v": "2.0",
}


@pytest.mark.parametrize(
    ("sent", "way", "wanted"),
    [
        (ITEM, "md5", "66987CB115214E59E6EC978214934FB8"),
        (ITEM, "hmac", "D56D7858309C31B6251083A874D48273"),
        (ITEM, "hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"),
        (TRADES, "hmac-sha256", "DA8EA49053F2E1673D31E714525CA8C46C385725F4C4689ACBB6A4D25A90371B"),
        (TRADES, "md5", "D6F2ED9B6DBB241CAC0431B6BC1527E0"),
        (CHINESE, "md5", "0092A059A7BEDADF7B5B85439E30D992"),
        ({**ITEM, "empty": "", "sign": "old"}, "md5", "66987CB115214E59E6EC978214934FB8"),
    ],
)
def test_taobao(sent: dict[str, str], way: str, wanted: str) -> None:
    assert taobao.sign({**sent, "sign_method": way}, "helloworld") == wanted


SEARCH = (
    '{"create_time_end":1700086400,"create_time_start":1700000000,"order_asc":false,"order_by":"create_time",'
    '"page":0,"product":"苹果&梨","size":100}'
)


@pytest.mark.parametrize(
    ("key", "secret", "method", "param", "timestamp", "way", "wanted"),
    [
        (
            "6844048284663924231",
            "749698a6-fcb3-4358-b241-ec1d93cf9c1f",
            "product.list",
            '{"page":"0","size":"20"}',
            "2020-07-05 22:33:59",
            "hmac-sha256",
            "a84fc5747114e63196565192a19f80d9d78819b8c8f5940eeb282bf78260901d",
        ),
        (
            "6844048284663924231",
            "749698a6-fcb3-4358-b241-ec1d93cf9c1f",
            "product.list",
            '{"page":"0","size":"20"}',
            "2020-07-05 22:33:59",
            "md5",
            "0a1288b4f742252692e6d5e006035e82",
        ),
        (
            "appkey123",
            "secret123",
            "order.searchList",
            '{"page":0,"size":100}',
            "1800000000",
            "md5",
            "a84d3597bbb7aaeb0540d1022623165c",
        ),
        (
            "appkey123",
            "secret123",
            "order.searchList",
            '{"page":0,"size":100}',
            "1800000000",
            "hmac-sha256",
            "8a5350b8fdacaa753c0885ab9859d382a31de4add09c6943c1d34298bd2165f1",
        ),
        (
            "appkey123",
            "secret123",
            "order.searchList",
            SEARCH,
            "1700000000",
            "hmac-sha256",
            "3e64ffaec66f708f06c137c5a36bbaacde31de2fa6c99e684e39768fe240a398",
        ),
    ],
)
def test_douyin(key: str, secret: str, method: str, param: str, timestamp: str, way: str, wanted: str) -> None:
    sent = {"app_key": key, "method": method, "timestamp": timestamp, "v": "2", "access_token": "is not signed"}
    assert douyin.sign(sent, param, secret, way) == wanted


def test_douyin_signs_the_text_that_it_sends() -> None:
    param = {"size": 100, "page": 0, "order_by": "create_time", "order_asc": False, "product": "苹果&梨"}
    assert douyin.param_text({**param, "create_time_start": 1_700_000_000, "create_time_end": 1_700_086_400}) == SEARCH


def test_a_message_that_douyin_sends_by_itself() -> None:
    body = '[{"tag":"100","msg_id":"1","data":"{}"}]'
    assert douyin.push_sign("appkey123", body, "secret123") == "241a93ca8e73155db23e286cbff0a7a5"


def test_kuaishou_signs_a_text_that_others_have_signed_too() -> None:
    assert kuaishou.digest("a=1&signSecret=signing", "signing", "MD5") == "fc86e42603d78b3822e19fa23c91173c"


def test_pinduoduo() -> None:
    official = {
        "access_token": "asd78172s8ds9a921j9qqwda12312w1w21211",
        "client_id": "1",
        "data_type": "XML",
        "order_status": "1",
        "page": "1",
        "page_size": "10",
        "timestamp": "1480411125",
        "type": "pdd.order.number.list.get",
    }
    changed = {
        "access_token": "token123",
        "client_id": "client123",
        "data_type": "JSON",
        "end_updated_at": "1699999800",
        "is_lucky_flag": "0",
        "order_status": "5",
        "page": "1",
        "page_size": "100",
        "refund_status": "5",
        "start_updated_at": "1699998000",
        "timestamp": "1700000000",
        "type": "pdd.order.number.list.increment.get",
        "use_has_next": "true",
    }
    assert pinduoduo.sign(official, "testSecret") == "E4DE3ED21002510DED352819E7AE6775"
    assert pinduoduo.sign(changed, "secret123") == "6C7D50843A5E3E1545BF7CDA85471A63"


def test_jd() -> None:
    param = (
        '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT","page":"1",'
        '"page_size":"200","start_date":null}'
    )
    sent = {
        "360buy_param_json": param,
        "access_token": "yourtoken",
        "app_key": "yourappkey",
        "method": "jingdong.pop.order.search",
        "timestamp": "2021-05-07 09:20:39.683+0800",
        "v": "2.0",
    }
    assert jd.sign(sent, "yourappSecret") == "D70825340F4084360B9362B60DFD7930"


def test_bilibili() -> None:
    headers = bilibili.signed(b'{"code":"ABCDEF","app_id":1}', "bili-key", "bili-secret", "nonce-1", 1_700_000_000)
    assert headers["x-bili-content-md5"] == "ea39eba8644ad6f45b52f02699c7518d"
    assert headers["Authorization"] == "031e003cd1529736f5811b8912ef6fe1b33f1ef559f8d26b25f4406ab8df0243"
