"""Uploaded pictures become examples, or one sentence."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dlplay.config import Refusal
from dlplay.ui.pictures import LARGEST_FILE, from_upload


def as_file(picture: Image.Image, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def test_a_picture_of_the_right_size_keeps_its_pixels():
    grey = np.random.default_rng(0).integers(0, 256, (8, 8), dtype=np.uint8)
    pixels = from_upload(as_file(Image.fromarray(grey)), (1, 8, 8), invert="no")
    np.testing.assert_allclose(pixels[0], grey / 255, atol=1e-6)


def test_colour_stays_colour():
    red = from_upload(as_file(Image.new("RGB", (50, 40), (255, 0, 0)), "JPEG"), (3, 32, 32))
    assert red.shape == (3, 32, 32)
    np.testing.assert_allclose(red.mean(axis=(1, 2)), [1, 0, 0], atol=0.02)


def test_dark_ink_on_paper_is_turned_for_one_channel_data():
    paper = np.full((100, 60), 240, dtype=np.uint8)
    paper[45:55, 25:35] = 10
    pixels = from_upload(as_file(Image.fromarray(paper)), (1, 28, 28))
    assert pixels[0, 14, 14] > 0.9
    assert pixels[0, 0, 0] < 0.1
    assert from_upload(as_file(Image.fromarray(paper)), (1, 28, 28), invert="no")[0, 0, 0] > 0.9


def test_the_middle_is_kept():
    wide = np.zeros((20, 60), dtype=np.uint8)
    wide[:, 20:40] = 255
    assert (from_upload(as_file(Image.fromarray(wide)), (1, 10, 10), invert="no") == 1).all()


def test_transparent_is_paper():
    assert (from_upload(as_file(Image.new("RGBA", (9, 9), (0, 0, 0, 0))), (3, 4, 4)) == 1).all()


def test_sixteen_bit_grey_is_read():
    deep = Image.fromarray(np.full((9, 9), 65535, dtype=np.uint16))
    assert (from_upload(as_file(deep), (1, 3, 3), invert="no") == 1).all()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def wordy() -> bytes:
    """A small PNG whose hidden text unpacks to megabytes."""
    plain = as_file(Image.new("L", (9, 9)))
    return plain[:33] + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(9_000_000))) + plain[33:]


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "no PNG or JPEG"),
        (b"<svg onload='x()'/>", "no PNG or JPEG"),
        (as_file(Image.new("L", (9, 9)), "GIF"), "no PNG or JPEG"),
        (as_file(Image.new("L", (9, 9)))[:40], "no PNG or JPEG"),
        (bytes(LARGEST_FILE + 1), "at most 4 MB"),
        (wordy(), "no PNG or JPEG"),
        (bomb(0, 9), "no PNG or JPEG"),
        (bomb(30_000, 30_000), "far too large"),
        (bomb(5_000, 5_000), "5,000 × 5,000 pixels"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(raw, sentence):
    with pytest.raises(Refusal, match=sentence) as refused:
        from_upload(raw, (1, 8, 8))
    assert refused.value.field == "upload"


def test_data_without_images_takes_no_picture():
    with pytest.raises(Refusal, match="no images"):
        from_upload(as_file(Image.new("L", (9, 9))), (4,))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_give_pixels_or_a_refusal(noise, within_png):
    raw = as_file(Image.new("L", (9, 9)))[:30] + noise if within_png else noise
    try:
        pixels = from_upload(raw, (1, 8, 8))
    except Refusal:
        return
    assert pixels.shape == (1, 8, 8)
    assert ((pixels >= 0) & (pixels <= 1)).all()
