"""What lies beside the card is added with a form, changed while it is shown, and taken off with one press."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QLineEdit

from overlays.fields import Place
from studio.adding import AddedConfig, OverlayChanged
from studio.commands import HideOverlay, ShowOverlay
from tests.ui.conftest import Stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_coupon_is_filled_in_shown_changed_and_taken_off(stage: Stage) -> None:
    stage.open()
    assert not stage.live.added.add.isEnabled()
    stage.go_live()
    stage.live.added.add.click()
    dialog = stage.live.added.dialog
    assert dialog is not None
    dialog.kinds.setCurrentIndex(dialog.kinds.findData("coupon"))
    assert not dialog.hide_button.isEnabled()
    box = dialog.form.editors["worth"].findChild(QLineEdit)
    assert isinstance(box, QLineEdit)
    box.setText("20")
    dialog.show_button.click()
    added = AddedConfig("coupon", "coupon", (("worth", "20"),))
    assert stage.engine.wait_for(ShowOverlay) == ShowOverlay(added)
    stage.engine.tell(OverlayChanged("coupon", added, NOW))
    stage.until(lambda: len(stage.live.added.buttons) == 1)
    assert dialog.isVisible(), "it stays open for the next change"
    assert dialog.hide_button.isEnabled()
    dialog.reject()
    stage.live.added.buttons[0].click()
    assert stage.engine.wait_for(HideOverlay) == HideOverlay("coupon")
    stage.engine.tell(OverlayChanged("coupon", None, NOW))
    stage.until(lambda: not stage.live.added.buttons)


def test_a_form_begins_with_the_product_that_is_on_the_picture(stage: Stage) -> None:
    stage.open().go_live()
    stage.live.added.add.click()
    dialog = stage.live.added.dialog
    assert dialog is not None
    dialog.kinds.setCurrentIndex(dialog.kinds.findData("flash"))
    first = stage.desk.state.cards[0]
    assert dialog.form.value().name == first.name
    assert dialog.form.value().price_yuan.startswith(str(first.price_fen // 100))
    for index in range(dialog.kinds.count()):
        dialog.kinds.setCurrentIndex(index)
        assert dialog.form.editors
    dialog.reject()


def test_a_template_is_chosen_and_the_form_says_where_it_has_the_overlay_lie(stage: Stage) -> None:
    stage.home.templates.mkdir()
    mine = stage.home.templates / "mine.toml"
    mine.write_text('overlay = "coupon"\nplace = "bottom_right"\n', encoding="utf-8")
    (stage.home.templates / "bad.toml").write_text('overlay = "coupon"\nink = "reddish"\n', encoding="utf-8")
    stage.open().go_live()
    stage.live.added.home = stage.home
    stage.live.added.add.click()
    dialog = stage.live.added.dialog
    assert dialog is not None
    dialog.kinds.setCurrentIndex(dialog.kinds.findData("coupon"))
    assert [dialog.templates.itemData(index) for index in (0, -1 + dialog.templates.count())] == ["", "mine"]

    def choose(name: str) -> None:
        index = dialog.templates.findData(name)
        dialog.templates.setCurrentIndex(index)
        dialog.templates.activated.emit(index)

    choose("bad")
    assert "bad.toml" in dialog.told.text()
    choose("mine")
    assert not dialog.told.text()
    assert dialog.form.value().place is Place.BOTTOM_RIGHT
    dialog.show_button.click()
    assert stage.engine.wait_for(ShowOverlay) == ShowOverlay(AddedConfig("coupon", "coupon", template="mine"))
    dialog.form.fill("place", Place.TOP_LEFT)
    dialog.show_button.click()
    by_hand = ShowOverlay(AddedConfig("coupon", "coupon", (("place", "top_left"),), template="mine"))
    stage.until(lambda: by_hand in stage.engine.heard)
    dialog.reject()
