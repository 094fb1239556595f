"""`nongbo products`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from studio.store.store import Store
from tests.console.conftest import Nongbo
from tests.store.samples import APPLES

HEADINGS = "编号,名称,价格\n"


def test_a_product_is_added_shown_changed_and_removed(nongbo: Nongbo) -> None:
    added = nongbo("products", "add", "--sku", "P09", "--name", "白沙绿茶", "--price", "55", "--stock", "9", "--json")
    assert (added.code, added.document["change"], added.document["price_fen"]) == (0, "new", 5500)
    assert nongbo("products", "show", "P09", "--json").document["name"] == "白沙绿茶"
    assert "¥55.00" in nongbo("products", "show", "P09").out
    changed = nongbo("products", "add", "--sku", "P09", "--name", "白沙绿茶", "--price", "49.5", "--old-price", "55")
    assert "is changed" in changed.out
    (listed,) = nongbo("products", "list", "--json").document
    assert (listed["price_fen"], listed["old_price_fen"]) == (4950, 5500)
    assert nongbo("products", "remove", "P09").code == 0
    assert nongbo("products", "list", "--json").document == []
    assert "no products yet" in nongbo("products", "list").out


def test_everything_the_library_holds_is_added_shown_and_taken_back(nongbo: Nongbo, tmp_path: Path) -> None:
    proof = tmp_path / "report.pdf"
    proof.write_bytes(b"%PDF-1.4 tested")
    words = ["--short-name", "绿茶", "--net-weight", "250g", "--batch", "A7", "--harvested", "2026年4月1日"]
    words += ["--proof", str(proof), "--selling-point", "香", "--selling-point", "甜", "--giving", "5"]
    words += ["--platform-link", "taobao=612345678901", "--platform-sku", "taobao=TB-9"]
    add = ("products", "add", "--sku", "P09", "--name", "白沙绿茶", "--price", "55", *words)
    document = nongbo(*add, "--json").document
    assert (document["short_name"], document["net_weight_g"], document["batch"]) == ("绿茶", 250, "A7")
    assert (document["harvested_on"], document["giving_percent"]) == ("2026-04-01", 5)
    assert document["platform_links"] == {"taobao": "https://item.taobao.com/item.htm?id=612345678901"}
    assert document["platform_skus"] == {"taobao": "TB-9"}
    assert document["selling_points"] == "香\n甜"
    assert Path(document["proof"]).read_bytes() == b"%PDF-1.4 tested"
    assert Path(document["proof"]) != proof
    shown = nongbo("products", "show", "P09").out
    for text in ("绿茶", "250 g", "A7", "2026-04-01", "5 %", "612345678901", "TB-9", "甜"):
        assert text in shown
    assert "P09" in nongbo("products", "undo").out
    assert nongbo("products", "list", "--json").document == []
    assert nongbo("products", "undo").code == 1


def test_a_platform_link_that_will_not_do_is_bad_usage(nongbo: Nongbo) -> None:
    for words in ("--platform-link=taobao", "--platform-link=taobao=https://item.jd.com/1.html", "--platform-sku==x"):
        said = nongbo("products", "add", "--sku", "P09", "--name", "茶", "--price", "5", words)
        assert (said.code, len(said.err.splitlines())) == (2, 4)
    assert nongbo("products", "list", "--json").document == []


def test_a_price_that_is_none_is_bad_usage_and_told_in_four_lines(nongbo: Nongbo) -> None:
    said = nongbo("products", "add", "--sku", "P09", "--name", "茶", "--price", "cheap", "--json")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("cheap will not do for price")
    assert len(said.err.splitlines()) == 4


def test_a_product_that_is_not_there_is_a_fault(nongbo: Nongbo) -> None:
    said = nongbo("products", "show", "P99")
    assert said.code == 1
    assert said.err.splitlines()[0] == "There is no product with the code P99."


def test_the_good_rows_of_a_table_come_in_and_the_bad_ones_are_named(
    nongbo: Nongbo, table: Callable[[str], Path]
) -> None:
    path = table(HEADINGS + "P01,苹果,39.9\nP02,红茶,much\nP03,,5\nP04,粽子,69\n")
    document = nongbo("products", "import", path, "--json").document
    assert (document["file"], document["rows"]) == (str(path), 4)
    assert (document["new"], document["updated"], document["unchanged"]) == (2, 0, 0)
    assert [one["line"] for one in document["rejected"]] == [3, 4]
    again = nongbo("products", "import", path)
    assert again.code == 0
    assert again.out == "4 rows: 0 new, 0 changed, 2 as they were, 2 left out.\n"
    assert "Line 3 was left out: much" in again.err


def test_a_table_of_which_nothing_comes_in_is_a_fault(nongbo: Nongbo, table: Callable[[str], Path]) -> None:
    assert nongbo("products", "import", table(HEADINGS + "P02,红茶,much\n")).code == 1
    wrong = nongbo("products", "import", table("代码,名称\nP02,红茶\n"))
    assert wrong.code == 1
    assert "编号" in wrong.err


def test_the_list_is_searched_and_written_to_a_file_that_is_read_back(
    nongbo: Nongbo, store: Store, tmp_path: Path
) -> None:
    (found,) = nongbo("products", "list", "--search", "pahc", "--json").document
    assert found["sku"] == "P02"
    assert "xyz" in nongbo("products", "list", "--search", "xyz").out
    assert nongbo("products", "export", tmp_path / "shop.zip", "--json").document["products"] == 2
    assert "2 products" in nongbo("products", "export", tmp_path / "shop.xlsx").out
    other = ("--home", tmp_path / "other")
    document = nongbo("products", "import", tmp_path / "shop.zip", "--json", *other).document
    assert (document["new"], document["rejected"], document["missed"]) == (2, [], [])
    assert len(nongbo("products", "list", "--json", *other).document) == 2


def test_labels_are_printed_into_a_pdf(nongbo: Nongbo, store: Store, tmp_path: Path, qapp: object) -> None:
    out = tmp_path / "labels.pdf"
    document = nongbo("products", "print", "all", "--sheet", "40x30", "--copies", 30, "--out", out, "--json").document
    assert (document["labels"], document["pages"]) == (60, 2)
    assert out.read_bytes().startswith(b"%PDF-")
    assert "1 page " in nongbo("products", "print", "P01", "--sheet", "poster", "--out", out).out
    assert nongbo("products", "print", "P99", "--out", out).code == 1
    assert nongbo("products", "print", "P01", "--out", out, "--copies", 0).code == 2
    assert "cannot be written" in nongbo("products", "print", "P01", "--out", tmp_path / "none" / "x.pdf").err
    store.save_product(replace(APPLES, link="https://n.example/" + "a" * 200))
    assert "too long for the code" in nongbo("products", "print", "P01", "--sheet", "40x30", "--out", out).err


def test_another_home_is_another_shop(nongbo: Nongbo, store: Store, tmp_path: Path) -> None:
    assert len(nongbo("products", "list", "--json").document) == 2
    assert nongbo("products", "list", "--json", "--home", tmp_path / "new").document == []
    assert nongbo("--home", tmp_path / "new", "products", "list", "--json").document == []


def test_a_home_that_cannot_be_written_is_told(nongbo: Nongbo, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = nongbo("--home", tmp_path / "file" / "home", "products", "list")
    assert said.code == 1
    assert "cannot be written" in said.err.splitlines()[0]


def test_a_group_without_a_command_is_bad_usage(nongbo: Nongbo) -> None:
    assert nongbo("products").code == 2


def test_a_price_of_nothing_is_taken_and_told(nongbo: Nongbo, table: Callable[[str], Path], store: Store) -> None:
    said = nongbo("products", "add", "--sku", "G1", "--name", "赠品", "--price", "0")
    assert (said.code, said.err) == (0, "G1 赠品 costs nothing: right only for a gift.\n")
    said = nongbo("products", "import", table("编号,名称,价格\nG2,样品,0.00\nP09,梨,3\n"))
    assert (said.code, said.err) == (0, "G2 样品 costs nothing: right only for a gift.\n")
    assert store.product("G1").price_fen == store.product("G2").price_fen == 0
