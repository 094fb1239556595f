"""Server and key of a push address, as they are pasted: the key is in its own box, and no old one is mixed in."""

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.address_boxes import AddressBoxes

OLD = "rtmp://push-1.example.com/third/stream-1?sign=old-one&t=1"
NEW = "rtmp://push-2.example.com/third/stream-2?sign=new-one&t=2"


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


@pytest.fixture
def boxes(parent: QWidget) -> AddressBoxes:
    boxes = AddressBoxes(parent)
    for box in (boxes.server, boxes.key):
        box.setParent(parent)
    return boxes


def paste(box: QLineEdit, text: str, *, over: bool = True) -> None:
    if over:
        box.selectAll()
    box.insert(text)


@pytest.mark.parametrize("first", ["server", "key"])
@pytest.mark.parametrize("second", ["server", "key"])
@pytest.mark.parametrize("over", [True, False], ids=["over it", "behind it"])
def test_a_new_address_takes_the_place_of_the_old_one(boxes: AddressBoxes, first: str, second: str, over: bool) -> None:
    """The everyday way on platforms whose address is another one for each show; also where it is a shorter one."""
    paste(getattr(boxes, first), OLD)
    assert boxes.address == OLD
    for address in (NEW, NEW.replace("2.example", "2"), OLD):
        paste(getattr(boxes, second), address, over=over)
        assert boxes.address == address
        assert boxes.server.text() == address.partition("/stream")[0]
        assert "stream" not in boxes.key.displayText()


def test_an_address_is_not_taken_apart_under_the_fingers_of_who_types_it(boxes: AddressBoxes) -> None:
    for letter in OLD:
        boxes.server.insert(letter)
    assert boxes.server.text() == OLD
    boxes.server.clear()
    paste(boxes.server, "rtmp://push-1.example.com/third/")
    for letter in "stream-1":
        boxes.key.insert(letter)
    assert boxes.address == "rtmp://push-1.example.com/third/stream-1"


def test_a_key_that_was_given_first_is_not_lost_to_a_server_with_a_long_path(boxes: AddressBoxes) -> None:
    paste(boxes.key, "my-own-key")
    paste(boxes.server, "rtmp://192.168.1.5:1936/app/inner-room")
    assert boxes.address == "rtmp://192.168.1.5:1936/app/inner-room/my-own-key"
    paste(boxes.server, NEW)
    assert boxes.address == NEW


def test_a_new_key_alone_leaves_the_server(boxes: AddressBoxes) -> None:
    paste(boxes.server, OLD)
    paste(boxes.key, "stream-2?sign=new-one")
    assert boxes.address == "rtmp://push-1.example.com/third/stream-2?sign=new-one"


@pytest.mark.parametrize("first", ["server", "key"])
def test_an_address_within_a_key_is_a_part_of_the_key(boxes: AddressBoxes, first: str) -> None:
    address = f"{OLD}&notify=https://shop.example.com/paid"
    paste(getattr(boxes, first), address)
    assert boxes.address == address
    paste(boxes.key, "stream-3?notify=https://shop.example.com/paid")
    assert boxes.address == "rtmp://push-1.example.com/third/stream-3?notify=https://shop.example.com/paid"


@pytest.mark.parametrize("named", ["推流地址=", "url=", "推流地址："])
def test_an_address_behind_its_name_is_recognised(boxes: AddressBoxes, named: str) -> None:
    paste(boxes.server, named + NEW)
    assert boxes.address == NEW


def test_an_address_in_a_key_is_a_part_of_it(boxes: AddressBoxes) -> None:
    address = "rtmp://push.example.com/third/stream?sign=one&back=http://a.example/b/c"
    paste(boxes.server, address)
    assert boxes.address == address
