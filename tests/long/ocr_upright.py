"""480 short pages in five scripts and four positions: none ends the wrong way up. `make test-upright`."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.models import load_models
from ocr.recognize import read_lines
from tests.support.capabilities import Capability
from tests.support.ocr_pages import FOLDER

PAGES = 24
WQY = Path(os.environ.get("CJK_FONT", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"))
CJK = Capability(
    "a font with Chinese and Japanese",
    "apt-get install fonts-wqy-microhei, or CJK_FONT=/path/to/it",
    WQY.is_file(),
)
LINES = {
    "english": (
        "The treasurer reported an income of 4,210",
        "Next meeting: Tuesday, 21 April, at eight",
        "Total due: 98.50 EUR",
        "INVOICE 2024-118",
        "Room 12, second floor",
        "www.example.org",
        "A reserve of 5,000 is to be kept",
        "Holloway opened the meeting",
        "Please ring twice",
        "Not for sale",
    ),
    "accents": (
        "Der Schlüssel hängt über der Tür",
        "Für Gäste geöffnet von 9 bis 17 Uhr",
        "Où est passée la clé de l'hôtel ?",
        "Entrée libre, sortie à droite",
        "Zażółć gęślą jaźń",
        "Příliš žluťoučký kůň",
        "El niño comió piñones ayer",
        "Størrelse 42, sort læder",
        "Öğle yemeği saat 12'de",
        "Årsmøte på lørdag",
    ),
    "simplified": (
        "床前明月光疑是地上霜",
        "春眠不觉晓处处闻啼鸟",
        "白日依山尽黄河入海流",
        "欲穷千里目更上一层楼",
        "请在此处排队等候",
        "营业时间上午九点",
        "会议改在星期三",
        "小心台阶",
        "出口在左边",
        "总计人民币三百元",
    ),
    "traditional": (
        "床前明月光疑是地上霜",
        "春眠不覺曉處處聞啼鳥",
        "請在此處排隊等候",
        "營業時間上午九點",
        "會議改在星期三舉行",
        "電話與傳真號碼",
        "總計港幣三百元",
        "歡迎光臨本店",
        "圖書館閱覽室",
        "發票日期",
    ),
    "japanese": (
        "古池や蛙飛びこむ水の音",
        "いろはにほへとちりぬるを",
        "ご自由にお取りください",
        "会議は水曜日に変わりました",
        "営業時間は午前九時から",
        "ここに並んでお待ちください",
        "お問い合わせはこちら",
        "メニューをご覧ください",
        "合計三百円です",
        "出口は左です",
    ),
}


def draw_page(script: str, seed: int) -> Image.Image:
    rnd = random.Random(f"{script} {seed}")
    size = rnd.choice((24, 30, 38))
    latin = rnd.choice(("DejaVuSans.ttf", "DejaVuSerif.ttf", "STIXGeneral.ttf"))
    font = ImageFont.truetype(str(FOLDER / latin if script in ("english", "accents") else WQY), size)
    lines = rnd.sample(LINES[script], 1 + seed % 8)
    page = Image.new("RGB", (900, 100 + 2 * size * len(lines)), "white")
    for row, line in enumerate(lines):
        ImageDraw.Draw(page).text((rnd.choice((60, 90)), 50 + 2 * size * row), line, fill="black", font=font)
    return page


@CJK.needed
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("script", LINES)
def test_no_short_page_ends_the_wrong_way_up(script: str, turn: int) -> None:
    wrong = []
    for seed in range(PAGES):
        page = draw_page(script, seed).rotate(turn, expand=True)  # to the left
        pixels = np.ascontiguousarray(np.asarray(page)[:, :, ::-1])
        if read_lines(pixels, load_models(1), lambda: None).turned != turn:
            wrong.append(seed)
    assert not wrong
