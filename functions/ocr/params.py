"""The params of the task `ocr`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from documents.params import Pages, Password
from heavylift import Params
from ocr.languages import AUTO, find_language

Output = Literal[
    "text",
    "markdown",
    "html",
    "json",
    "hocr",
    "alto",
    "tsv",
    "pdf",
    "annotated",
    "crops",
    "tables",
    "chunks",
]
DEFAULT_OUTPUTS: tuple[Output, ...] = ("text", "markdown", "json", "pdf")


def _drop_repeated(outputs: list[Output]) -> list[Output]:
    return list(dict.fromkeys(outputs))


def _find_codes(languages: list[str]) -> list[str]:
    """Return the ISO 639-3 codes of the languages, each once, or `auto` alone. Raises UnknownLanguage."""
    named = [language.strip().lower() for language in languages]
    if AUTO in named:
        if named != [AUTO]:
            raise ValueError(f"{AUTO!r} stands alone.")
        return named
    return list(dict.fromkeys(find_language(language).code for language in named))


def _switch(output: str) -> Any:
    return Field(
        None,
        json_schema_extra={"deprecated": True},
        description=f"Adds `{output}` to `outputs`, or takes it out. `outputs` is the place for it.",
    )


class OcrParams(Params):
    """What to read, and which outputs to make."""

    model_config = ConfigDict(
        title="ocr",
        json_schema_extra={
            "examples": [
                {},
                {"pages": "1-3", "text_layer": "auto", "outputs": ["markdown", "tables"]},
            ],
        },
    )

    outputs: Annotated[list[Output], AfterValidator(_drop_repeated)] = Field(
        list(DEFAULT_OUTPUTS),
        min_length=1,
        description="What to make. `text`, `markdown`, `html`, `json`, `hocr`, `alto`, `tsv`: the document "
        "in this form. `pdf`: a searchable PDF. `tables`: each table as CSV, all as HTML and JSON. `chunks`: "
        "pieces of text for retrieval, with their titles, one JSON object a line. `annotated`: a picture of "
        "each page with its regions and lines. `crops`: a picture of each region.",
    )
    languages: Annotated[list[str], AfterValidator(_find_codes)] = Field(
        [AUTO],
        min_length=1,
        max_length=8,
        description="What the text is in: ISO 639 codes of two or three letters, such as `ru` or `rus`. "
        "`auto` finds the script of each page, and Czech, Turkish and Vietnamese.",
        examples=[["auto"], ["ru", "en"]],
    )
    dpi: int = Field(
        200,
        ge=72,
        le=400,
        description="Resolution at which a PDF's pages are drawn, and the assumed resolution of an image "
        "that does not state its own.",
    )
    pages: Pages = None
    min_confidence: float = Field(
        0.5, ge=0, le=1, description="Lines read with less confidence are left out."
    )
    quality: Literal["fast", "auto", "best"] = Field(
        "auto",
        description="How lines are read. `fast`: by a small network alone. `auto`: doubtful lines again by a "
        "larger one. `best`: every line by the larger one, which costs about four times as much.",
    )
    regions: bool = Field(
        default=True,
        description="Find regions and their classes (title, text, table, figure, ...). Otherwise, "
        "neighbouring lines form a region.",
    )
    text_layer: Literal["ignore", "prefer", "auto"] = Field(
        "ignore",
        description="`auto` takes a PDF page's own text, which is exact and fast, where it is sound, and "
        "reads the other pages' pictures. `prefer` takes it wherever there is any. `ignore` reads every "
        "page's picture.",
    )
    existing_text: Literal["keep", "redo"] = Field(
        "keep",
        description="What the searchable PDF does with text that a page already has. `keep`: it stays, and "
        "what was read is laid only where there is none. `redo`: the invisible text of an earlier OCR is "
        "removed first. A page whose own text is taken (`text_layer`) stays as it is.",
    )
    chunk_characters: int = Field(
        1500, ge=200, le=20_000, description="Maximum length of a piece in `chunks`, without its titles."
    )
    pdf_a: bool = Field(
        default=False,
        description="Make the searchable PDF PDF/A-2b, by Ghostscript. Refused with the error "
        "`pdf-a-unavailable` where the worker has none.",
    )
    password: Password = None
    crops: bool | None = _switch("crops")
    annotated: bool | None = _switch("annotated")
    searchable_pdf: bool | None = _switch("pdf")

    @model_validator(mode="after")
    def _need_a_pdf(self) -> Self:
        if self.pdf_a and not self.wants("pdf"):
            raise ValueError("`pdf_a` needs the output `pdf`.")
        return self

    def wants(self, output: str) -> bool:
        """Whether the output is to be made."""
        switch = {"crops": self.crops, "annotated": self.annotated, "pdf": self.searchable_pdf}.get(output)
        return output in self.outputs if switch is None else switch

    @property
    def wants_tables(self) -> bool:
        """Whether an output has the cells of tables."""
        return any(self.wants(output) for output in ("tables", "markdown", "html", "json", "chunks"))
