"""Every overlay and every look filled in, in four languages, and how they lie on a canvas of either shape.

`python -m tests.overlays.samples FOLDER` draws them as contact sheets for people; with `--keep` it draws the small
reference pictures anew that `test_pictures` compares with. Look at the sheets before you keep anything.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from overlays import OVERLAYS, text
from overlays.banner import BannerParams
from overlays.base import Patch
from overlays.card import CardParams, Look
from overlays.clock_face import ClockParams
from overlays.code_alone import CodeAloneParams
from overlays.coupon import CouponParams
from overlays.flash_sale import FlashSaleParams
from overlays.free_text import FreeTextParams
from overlays.giving import GivingParams
from overlays.group_buy import GroupBuyParams
from overlays.live_data import LiveDataParams
from overlays.logo import LogoParams
from overlays.next_product import NextProductParams
from overlays.picture import PictureParams
from overlays.preorder import PreorderParams
from overlays.price_strip import PriceStripParams
from overlays.slate import SlateParams
from overlays.sold_out import SoldOutParams
from overlays.story import StoryParams
from overlays.ticker import TickerParams
from studio.paths import asset
from studio.templates import NAMES, template_from

FONTS = ("WenQuanYi Micro Hei", "Loma", "DejaVu Sans")  # of the kept pictures, whatever else is installed
KEPT = Path(__file__).parent / "pictures"
CANVASES = {"wide": (1280, 720), "upright": (720, 1280)}
SHRINK = 2
STEPS = 8  # of brightness between the shades that are kept: finer ones only cost room
GREY = 110  # of the canvas: neither white nor dark overlays vanish in it
LINK = "https://n.example/p01"
LONG_LINK = "https://shop.example.com/views/product/item?id=3456789012345678901"

WORDS = {
    "zh": {
        "name": "洛川红富士苹果", "unit": "5 斤", "origin": "陕西洛川", "left": "还剩 {count} 件", "over": "已结束",
        "rule": "满 99 元可用", "still": "还有", "flash": "限时秒杀", "more": "还差 {count} 人", "all": "已成团",
        "before": "采收前预订", "sent": "{day} 起发货", "day": "10月12日", "harvest": "今年还剩 {count} 箱",
        "out": "卖完了", "after": "谢谢大家，下一季再来", "next": "下一个", "who": "王大山", "village": "洛川县旧县镇",
        "story": "三代人种苹果，果园在海拔一千一百米的塬上。", "brought": "上一场卖出 320 箱", "share": "1 元",
        "cause": "村小学", "giving": "每单有{share}给{purpose}", "title": "丰收节", "line": "全场满 99 减 20",
        "text": "坏果包赔，今天下单明天发货", "live": "直播中", "data": "果园温度", "scan": "扫一扫",
        "slate": "马上回来", "slate_line": "摄像头正在重新连接。",
    },
    "en": {
        "name": "Red Fuji apples", "unit": "5 kg", "origin": "Luochuan, Shaanxi",
        "left": "{count} left", "over": "Over",
        "rule": "From 99 yuan on", "still": "Still", "flash": "Flash sale",
        "more": "{count} more needed", "all": "Full",
        "before": "Order before the harvest", "sent": "Sent from {day} on", "day": "12 October",
        "harvest": "{count} boxes left", "out": "Sold out", "after": "Thank you! More comes next season",
        "next": "Coming next", "who": "Wang Dashan", "village": "Jiuxian, Luochuan",
        "story": "Three generations have grown apples here, on the loess at eleven hundred metres.",
        "brought": "The last show sold 320 boxes", "share": "1 yuan", "cause": "the village school",
        "giving": "Of each order {share} goes to {purpose}", "title": "Harvest festival",
        "line": "20 off from 99 on",
        "text": "Bad fruit is paid back. Ordered today, sent tomorrow", "live": "Live",
        "data": "In the orchard",
        "scan": "Scan me", "slate": "Back in a moment", "slate_line": "The camera is being connected again.",
    },
    "th": {
        "name": "แอปเปิลฟูจิแดง", "unit": "5 กก.", "origin": "ลั่วชวน ส่านซี",
        "left": "เหลือ {count} ชิ้น", "over": "จบแล้ว",
        "rule": "เมื่อซื้อครบ 99 หยวน", "still": "เหลือเวลา", "flash": "ลดราคาพิเศษ",
        "more": "ขาดอีก {count} คน", "all": "ครบแล้ว",
        "before": "จองก่อนเก็บเกี่ยว", "sent": "ส่งตั้งแต่ {day}", "day": "12 ตุลาคม",
        "harvest": "เหลือ {count} กล่อง",
        "out": "ขายหมดแล้ว", "after": "ขอบคุณค่ะ พบกันฤดูกาลหน้า", "next": "ถัดไป",
        "who": "หวังต้าซาน", "village": "หมู่บ้านจิ่วเซี่ยน",
        "story": "ปลูกแอปเปิลมาสามรุ่นบนที่ราบสูงหนึ่งพันเมตร",
        "brought": "ครั้งก่อนขายได้ 320 กล่อง", "share": "1 หยวน",
        "cause": "โรงเรียนในหมู่บ้าน", "giving": "ทุกคำสั่งซื้อ {share} มอบให้{purpose}",
        "title": "เทศกาลเก็บเกี่ยว",
        "line": "ซื้อครบ 99 ลด 20", "text": "ผลไม้เสียเราคืนเงิน สั่งวันนี้ส่งพรุ่งนี้",
        "live": "สด", "data": "อุณหภูมิในสวน",
        "scan": "สแกนที่นี่", "slate": "เดี๋ยวกลับมา", "slate_line": "กำลังเชื่อมต่อกล้องใหม่",
    },
    "ar": {
        "name": "تفاح فوجي أحمر", "unit": "5 كغ", "origin": "لوتشوان، شنشي",
        "left": "بقي {count}", "over": "انتهى",
        "rule": "ابتداء من 99 يوان", "still": "بقي", "flash": "عرض سريع",
        "more": "ينقص {count} أشخاص", "all": "اكتمل",
        "before": "احجز قبل الحصاد", "sent": "الإرسال من {day}", "day": "12 أكتوبر",
        "harvest": "بقي {count} صندوقا",
        "out": "نفدت الكمية", "after": "شكرا لكم، نلتقي في الموسم القادم", "next": "التالي",
        "who": "وانغ داشان",
        "village": "قرية جيوشيان", "story": "ثلاثة أجيال تزرع التفاح هنا على هضبة اللوس.",
        "brought": "بعنا في المرة الأخيرة 320 صندوقا", "share": "1 يوان", "cause": "مدرسة القرية",
        "giving": "من كل طلب {share} إلى {purpose}", "title": "عيد الحصاد", "line": "خصم 20 ابتداء من 99",
        "text": "الفاكهة التالفة نعيد ثمنها", "live": "مباشر", "data": "حرارة البستان", "scan": "امسح الرمز",
        "slate": "سنعود حالا", "slate_line": "يجري توصيل الكاميرا من جديد.",
    },
}  # fmt: skip


def card(words: dict[str, str], look: Look, template: str = "plain") -> CardParams:
    params = CardParams("P01", words["name"], 3990, 5200, words["unit"], words["origin"], link=LINK, look=look)
    return replace(params, template=template_from(asset("templates", f"{template}.toml")))


def samples(language: str, picture: str) -> Iterator[tuple[str, str, Any]]:
    """(what it is called, kind, parameters); `picture` is a file."""
    w = WORDS[language]
    for look in Look:
        yield f"card {look}", "card", card(w, look)
    few = replace(card(w, Look.RIGHT), stock=12, stock_words=w["left"].format(count=12), picture=picture)
    yield "card with few left", "card", few
    yield "card sold out", "card", replace(card(w, Look.USUAL), stock=0, stock_words=w["out"], link="")
    yield (
        "card of a long link",
        "card",
        replace(card(w, Look.USUAL), link=LONG_LINK, unit=f"{w['unit']} × 500 g, 2 × 12"),
    )
    for name in NAMES:
        if name != "plain":
            yield f"card in {name}", "card", card(w, Look.USUAL, name)
    yield "ticker", "ticker", TickerParams(f"{w['text']} · {w['line']}")
    yield "slate", "slate", SlateParams(w["slate"], w["slate_line"], w["text"])
    yield "code", "code", CodeAloneParams(LINK, w["scan"])
    yield "price", "price", PriceStripParams(w["name"], "39.90", "52", w["unit"])
    yield "coupon", "coupon", CouponParams("20", w["rule"], 5, w["still"], w["over"], left_s=272)
    yield "coupon over", "coupon", CouponParams("20", w["rule"], 5, w["still"], w["over"], left_s=0)
    yield (
        "flash",
        "flash",
        FlashSaleParams(w["name"], "29.90", "39.90", 100, 37, 5, w["flash"], w["left"], w["over"], left_s=199),
    )
    yield "group", "group", GroupBuyParams(w["name"], "25", 10, 7, w["more"], w["all"])
    yield (
        "preorder",
        "preorder",
        PreorderParams(w["name"], "45", w["day"], 500, 320, w["before"], w["sent"], w["harvest"], w["over"]),
    )
    yield "soldout", "soldout", SoldOutParams(w["name"], w["out"], w["after"])
    yield "next", "next", NextProductParams(w["name"], "45", picture, w["next"])
    yield "story", "story", StoryParams(w["who"], w["village"], picture, w["story"], w["brought"])
    yield "giving", "giving", GivingParams(w["share"], w["cause"], w["giving"])
    yield "banner", "banner", BannerParams(w["title"], w["line"])
    yield "text", "text", FreeTextParams(w["text"])
    yield "text white", "text", FreeTextParams(w["text"], 40, dark=False)
    yield "picture", "picture", PictureParams(picture)
    yield "logo", "logo", LogoParams(picture)
    yield "clock", "clock", ClockParams(w["live"], now="20:15:07")
    yield "data", "data", LiveDataParams(w["data"], unit="°C", value="23.4")


def a_picture(folder: Path) -> str:
    """A picture file with parts that a mistake would show: four colours, and a dark corner at the top left."""
    path = folder / "sample.png"
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[:150, :200], picture[:150, 200:] = (40, 160, 240), (60, 180, 70)
    picture[150:, :200], picture[150:, 200:] = (200, 90, 40), (230, 230, 230)
    picture[:40, :40] = 0
    cv2.imwrite(str(path), picture)
    return str(path)


def drawn(kind: str, params: object, shape: str) -> Patch:
    patch: Patch = OVERLAYS[kind]().render(params, *CANVASES[shape])
    return patch


def on_canvas(patch: Patch, shape: str) -> NDArray[np.uint8]:
    """The canvas with the overlay on grey, height × width × 3, BGR."""
    width, height = CANVASES[shape]
    canvas = np.full((height, width, 3), GREY, np.uint8)
    high, wide = patch.rgba.shape[0], patch.width or patch.rgba.shape[1]
    room = canvas[patch.y : patch.y + high, patch.x : patch.x + wide]
    alpha = patch.rgba[:, :wide, 3:].astype(np.float32) / 255
    room[:] = (patch.rgba[:, :wide, 2::-1] * alpha + room * (1 - alpha)).astype(np.uint8)
    return canvas


def small(canvas: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What is compared: brightness at half the size, of a canvas in colour or of its brightness."""
    luma = canvas if canvas.ndim == 2 else cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY)
    size = (luma.shape[1] // SHRINK, luma.shape[0] // SHRINK)
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def _tiled(pictures: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    blank = np.zeros_like(pictures[0])
    filled = pictures + [blank] * (-len(pictures) % columns)
    rows = [np.concatenate(filled[at : at + columns], axis=1) for at in range(0, len(filled), columns)]
    return np.concatenate(rows, axis=0)


def kept_path(language: str, shape: str) -> Path:
    return KEPT / f"{language}_{shape}.png"


def main(arguments: list[str]) -> None:
    text.FAMILIES = FONTS
    text.painting_ready()
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    picture = a_picture(folder)
    for language in WORDS:
        for shape in CANVASES:
            canvases = [on_canvas(drawn(kind, params, shape), shape) for _, kind, params in samples(language, picture)]
            half = [np.asarray(cv2.resize(one, None, fx=0.5, fy=0.5), np.uint8) for one in canvases]
            cv2.imwrite(str(folder / f"{language}_{shape}.png"), _tiled(half, 4 if shape == "wide" else 7))
            if "--keep" in arguments:
                KEPT.mkdir(exist_ok=True)
                stacked = np.concatenate([small(one) for one in canvases], axis=0)
                coarse = (stacked // STEPS * STEPS + STEPS // 2).astype(np.uint8)
                cv2.imwrite(str(kept_path(language, shape)), coarse, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main(sys.argv[1:])
