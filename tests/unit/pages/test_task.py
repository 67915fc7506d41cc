"""The whole task, with real children."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from documents.errors import (
    Damaged,
    Encrypted,
    EngineUnavailable,
    NoPages,
    NotAPdf,
    PageDamaged,
    PageOutOfRange,
    PageTooLarge,
    TooManyPages,
    WrongPassword,
)
from heavylift.errors import InvalidInput
from pages.settings import PagesSettings
from pages.task import PdfToImagesTask
from tests.support.capabilities import POPPLER
from tests.support.fake_work import run_all
from tests.support.pdfs import (
    BLUE,
    RED,
    Page,
    assemble_pdf,
    make_encrypted_pdf,
    make_falsely_encrypted_pdf,
    make_pdf,
    make_pdf_with_bare_annotation,
    make_pdf_without_header,
)
from tests.unit.pages.conftest import WorkMaker

HUGE = Page(box="0 0 14400 14400")


def test_a_small_document_is_one_part_and_each_page_an_output(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(Page(), Page(box="0 0 200 100"), Page()), dpi=72)
    ran = run_all(work)
    assert len(ran.plan.parts) == 1
    assert ran.plan.total == work.advanced == 3
    assert work.texts == ["page 1 of 3", "page 2 of 3", "page 3 of 3"]
    assert work.published == {f"page-000{page}.png": "image/png" for page in (1, 2, 3)}
    assert ran.result == {
        "pages": 3,
        "engine": "pdfium",
        "engines": [{"engine": "pdfium", "count": 3, "pages": "1-3"}],
        "sizes": [
            {"width": 100, "height": 150, "count": 2, "pages": "1,3"},
            {"width": 200, "height": 100, "count": 1, "pages": "2"},
        ],
        "sizes_left_out": 0,
        "failed": [],
        "warnings": [],
    }
    assert work.image("page-0002.png").getpixel((30, 70)) == BLUE
    assert not list(work.directory.iterdir())


def test_a_long_document_is_split_into_small_parts(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(*[Page()] * 7), pages="7,1-5", dpi=36, format="jpeg")
    ran = run_all(work, fanout_pages=5, pages_per_part=4)
    assert [part["pages"] for part in ran.plan.parts] == ["1-4", "5,7"]
    assert max(len(json.dumps(part)) for part in ran.plan.parts) < 100
    assert sorted(work.published) == [f"page-000{page}.jpg" for page in (1, 2, 3, 4, 5, 7)]
    assert ran.result["pages"] == ran.plan.total == work.advanced == 6


@pytest.mark.parametrize(
    ("pages", "parts", "longest"), [(24, 1, 24), (25, 4, 8), (96, 12, 8), (352, 12, 30), (2000, 63, 32)]
)
def test_parts_grow_with_the_document_up_to_what_fits_an_invocation(
    make_work: WorkMaker, pages: int, parts: int, longest: int
) -> None:
    plan = PdfToImagesTask(PagesSettings).plan(make_work(make_pdf(*[Page()] * pages), dpi=36))
    assert len(plan.parts) == parts
    assert plan.parts[0]["pages"] == f"1-{longest}"


def test_a_part_run_twice_leaves_the_same_outputs(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(Page(), Page()), dpi=36)
    task = PdfToImagesTask()
    (part,) = task.plan(work).parts
    first = task.run(work, part)
    before = [(work.outputs / name).read_bytes() for name in work.published]
    assert task.run(work, part) == first
    assert [(work.outputs / name).read_bytes() for name in work.published] == before


def test_the_child_draws_at_most_two_pages_ahead_of_a_slow_bucket(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(*[Page()] * 6), dpi=36)
    work.on_publish = lambda: time.sleep(0.1)
    run_all(work)
    assert work.most_on_disk == 2


@pytest.mark.parametrize(
    ("data", "params", "error"),
    [
        (b"GIF89a", {}, NotAPdf),
        (b"%PDF-1.7 and nothing else", {}, Damaged),
        (make_pdf(), {}, NoPages),
        (make_encrypted_pdf("user"), {}, Encrypted),
        (make_encrypted_pdf("user"), {"password": "no"}, WrongPassword),
        (make_pdf(Page(), HUGE), {}, PageTooLarge),
        (make_pdf(Page(), Page(box="0 0 7000 72")), {"format": "webp"}, PageTooLarge),
        (make_pdf(Page()), {"pages": "1-2"}, PageOutOfRange),
        (make_pdf(*[Page()] * 2001), {}, TooManyPages),
    ],
)
def test_bad_input_is_refused_by_the_plan(
    make_work: WorkMaker, data: bytes, params: dict[str, str], error: type[InvalidInput]
) -> None:
    work = make_work(data, **params)
    with pytest.raises(error) as caught:
        PdfToImagesTask().plan(work)
    assert not caught.value.retryable
    assert not work.published


def test_the_right_password_opens(make_work: WorkMaker) -> None:
    assert run_all(make_work(make_encrypted_pdf("user"), password="user")).result["pages"] == 1


def test_some_pages_of_a_document_that_is_too_long_can_be_drawn(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(*[Page()] * 2001), pages="1999-", dpi=36)
    assert run_all(work).result["sizes"][0]["pages"] == "1999-2001"


def test_skipped_pages_are_counted_and_reported(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(Page(), HUGE, Page(), HUGE), on_page_error="skip")
    ran = run_all(work)
    assert sorted(work.published) == ["page-0001.png", "page-0003.png"]
    assert ran.result["failed"] == [{"error": "pdf-page-too-large", "count": 2, "pages": "2,4"}]
    assert work.advanced == ran.plan.total == 4
    assert work.logged == [f"Page {page} was skipped: {PageTooLarge.title}." for page in (2, 4)]


def test_a_job_of_which_every_page_was_skipped_fails(make_work: WorkMaker) -> None:
    with pytest.raises(PageTooLarge):
        run_all(make_work(make_pdf(HUGE), on_page_error="skip"))


def test_a_damaged_page_fails_the_job_or_is_skipped(make_work: WorkMaker, without_poppler: None) -> None:
    broken = assemble_pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R 9 0 R]/Count 2>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 150]>>",
            9: b"null",
        }
    )
    work = make_work(broken)
    with pytest.raises(PageDamaged):
        run_all(work)
    work.params = work.params.model_copy(update={"on_page_error": "skip"})
    assert run_all(work).result["failed"] == [{"error": "pdf-page-damaged", "count": 1, "pages": "2"}]


def test_poppler_draws_a_document_that_pdfium_cannot_open(
    make_work: WorkMaker, poppler_stand_in: Path
) -> None:
    work = make_work(b"%PDF-1.7 for poppler only", dpi=72)
    ran = run_all(work)
    assert (ran.result["pages"], ran.result["engine"]) == (3, "poppler")
    assert work.image("page-0003.png").getpixel((5, 5)) == RED


def test_poppler_draws_if_chosen(make_work: WorkMaker, poppler_stand_in: Path) -> None:
    work = make_work(make_pdf(Page(), Page(), Page()), dpi=72, engine="poppler")
    assert run_all(work).result["engine"] == "poppler"
    assert work.image("page-0001.png").getpixel((30, 120)) == RED


def test_pdfium_has_no_fallback_if_chosen(make_work: WorkMaker, poppler_stand_in: Path) -> None:
    with pytest.raises(Damaged):
        run_all(make_work(b"%PDF-1.7 for poppler only", engine="pdfium"))


def test_choosing_a_missing_poppler_is_a_typed_problem(make_work: WorkMaker, without_poppler: None) -> None:
    with pytest.raises(EngineUnavailable):
        run_all(make_work(make_pdf(Page()), engine="poppler"))


@POPPLER.needed
@pytest.mark.parametrize(
    ("extra", "grayscale"),
    [
        ("", True),
        ("/Rotate 90", False),
        ("/CropBox[10 10 90.3 70.7]", False),
        ("/UserUnit 3", False),
        ("/UserUnit 1.37/Rotate 270", False),
        ("/CropBox[200 0 300 90]/Rotate 90/UserUnit 2", True),
    ],
)
def test_both_engines_draw_a_page_alike(make_work: WorkMaker, extra: str, *, grayscale: bool) -> None:
    work = make_work(make_pdf(Page(extra=extra)), dpi=100, grayscale=grayscale)
    images = []
    for engine in ("pdfium", "poppler"):
        work.params = work.params.model_copy(update={"engine": engine})
        assert run_all(work).result["engine"] == engine
        images.append(work.image("page-0001.png"))
    ours, poppler = images
    assert (ours.size, ours.mode) == (poppler.size, poppler.mode)
    far_apart = sum(abs(a - b) > 32 for a, b in zip(ours.tobytes(), poppler.tobytes(), strict=True))
    assert far_apart < 0.05 * len(ours.tobytes())  # at edges only


@POPPLER.needed
@pytest.mark.parametrize(
    ("data", "password", "error"),
    [
        (make_encrypted_pdf("user"), None, Encrypted),
        (make_encrypted_pdf("user"), "no", WrongPassword),
        (make_pdf(), None, NoPages),
        (b"%PDF-1.7 and nothing else", None, Damaged),
    ],
)
def test_poppler_finds_the_same_problems(
    make_work: WorkMaker, data: bytes, password: str | None, error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        run_all(make_work(data, engine="poppler", password=password))


@POPPLER.needed
def test_poppler_opens_with_the_password(make_work: WorkMaker) -> None:
    work = make_work(make_encrypted_pdf("user"), engine="poppler", password="user")
    assert run_all(work).result["pages"] == 1


@POPPLER.needed
@pytest.mark.parametrize(
    ("data", "size", "slugs"),
    [
        (make_pdf(Page(extra="/UserUnit 2")), (200, 300), []),
        (make_pdf_with_bare_annotation("Line", "/L[20 20 80 80]"), (100, 150), ["annotations-by-poppler"]),
        (make_falsely_encrypted_pdf(), (100, 150), ["opened-by-poppler"]),
        (make_pdf_without_header(), (100, 150), ["opened-by-poppler"]),
        (make_pdf(Page(extra="/CropBox[600 800 1000 1000]")), (100, 150), ["crop-box-ignored"]),
    ],
)
def test_nothing_that_an_engine_can_draw_is_refused(
    make_work: WorkMaker, data: bytes, size: tuple[int, int], slugs: list[str]
) -> None:
    assert PdfToImagesTask.spec.sniff(data[:1024]) == "application/pdf"
    work = make_work(data, dpi=72)
    result = run_all(work).result
    assert [warning["slug"] for warning in result["warnings"]] == slugs
    assert work.image("page-0001.png").size == size


def test_the_worker_itself_loads_no_engine() -> None:
    engines = {"pypdfium2", "pdf2image", "pikepdf", "PIL", "isal"}
    code = f"import pages.task, sys; print({engines} & set(sys.modules))"
    env = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
