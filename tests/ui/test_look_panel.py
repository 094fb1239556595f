"""Where the cards lie: chosen from small pictures, at once on the air, and kept for the next show."""

from overlays.card import Look
from studio.commands import SetLook
from tests.ui.conftest import Stage


def test_a_look_is_chosen_by_its_picture_before_and_during_a_show(stage: Stage) -> None:
    stage.open()
    stage.live.look_button.click()
    dialog = stage.live.look_dialog
    assert dialog is not None
    try:
        assert dialog.buttons[Look.USUAL].isChecked()
        stage.bot.waitUntil(lambda: all(not one.icon().isNull() for one in dialog.buttons.values()), timeout=120_000)
        left, right = (dialog.buttons[look].icon().pixmap(160, 90).toImage() for look in (Look.LEFT, Look.RIGHT))
        assert left != right, "each look has a picture of its own"
        dialog.buttons[Look.RIGHT].click()
        assert [show.card_look for show in stage.saved] == [Look.RIGHT]
        assert stage.engine.of_kind(SetLook) == []
        stage.go_live()
        dialog.buttons[Look.BOTTOM].click()
        assert stage.engine.wait_for(SetLook).look is Look.BOTTOM
        assert [show.card_look for show in stage.saved] == [Look.RIGHT, Look.BOTTOM]
    finally:
        dialog.accept()
