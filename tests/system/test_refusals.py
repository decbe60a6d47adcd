# SPDX-License-Identifier: BSD-2-Clause
"""What can not work is refused in one clear line, with exit status 2."""

import struct
import zlib

import pytest
from frontdoor import ROOT, call, environment_without

SOMEBODY = str(ROOT / "LICENSE")
IMAGE = ROOT / "build/sabrelite/trireme.elf"
SEAL_SIZE = 12
SEAL_MAGIC = b"TRIREME\0"


def check_refused(done, *words: str) -> None:
    lines = done.stderr.strip().splitlines()
    assert done.status == 2, (done.status, done.stdout, done.stderr)
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout.strip()
    for word in words:
        assert word in lines[0]


def digest(*options: str):
    return call("run", "digest", "--input", SOMEBODY, *options)


def test_an_unknown_app():
    check_refused(call("run", "x"), "x")


def test_a_missing_file():
    check_refused(call("run", "digest", "--input", "/no/such/file"),
                  "/no/such/file")


def test_a_folder_as_input():
    check_refused(call("run", "digest", "--input", str(ROOT)))


def test_a_file_that_is_too_large(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(32 << 20)
    check_refused(call("run", "digest", "--input", str(path)))


@pytest.mark.parametrize("number", ["7", "0", "-1", "two"])
def test_a_number_of_replicas_that_cannot_be(number):
    check_refused(digest("--replicas", number), number)


@pytest.mark.parametrize("flip", [
    "", "nonsense", "replica=1", "replica=9,symbol=digest_state,bit=1,at=50%",
    "replica=1,symbol=digest_state,bit=99999999,at=50%",
    "replica=1,symbol=no_such_symbol,bit=1,at=50%",
    "replica=1,region=no-such-region,at=50%,seed=1",
    "replica=1,region=user-data,at=150%,seed=1",
    "replica=1,region=user-data,at=-5,seed=1",
    "replica=1,region=user-data,at=50%,seed=x",
    "replica=1,replica=2,region=user-data,at=50%"])
def test_a_malformed_flip(flip):
    check_refused(digest("--replicas", "3", "--flip", flip))


def test_an_unknown_voting_point():
    check_refused(digest("--voting", "sometimes"), "sometimes")


def test_an_image_that_is_none(tmp_path):
    path = tmp_path / "image.elf"
    path.write_bytes(b"no image at all")
    check_refused(digest("--image", str(path)), "image.elf")


@pytest.mark.parametrize("share", [0, 1, 2, 3, 30, 60, 90, 99.999])
def test_a_corrupt_image(tmp_path, share):
    image = bytearray(IMAGE.read_bytes())
    image[int(len(image) * share / 100)] ^= 0x10
    path = tmp_path / "image.elf"
    path.write_bytes(image)
    check_refused(digest("--image", str(path)), "image.elf")


@pytest.mark.parametrize("share", [0, 1, 50, 99.999])
def test_an_image_that_is_cut_off(tmp_path, share):
    image = IMAGE.read_bytes()
    path = tmp_path / "image.elf"
    path.write_bytes(image[:int(len(image) * share / 100)])
    check_refused(digest("--image", str(path)), "image.elf")


@pytest.mark.parametrize("share", [10, 30, 60, 80])
def test_the_loader_itself_refuses_a_corrupt_payload(tmp_path, share):
    """The same without the host's help: the file's check sum is right."""
    image = bytearray(IMAGE.read_bytes()[:-SEAL_SIZE])
    at = len(image) * share // 100
    image[at:at + 4096] = bytes(b ^ 0x55 for b in image[at:at + 4096])
    path = tmp_path / "image.elf"
    path.write_bytes(image + SEAL_MAGIC + struct.pack("<I", zlib.crc32(image)))
    check_refused(digest("--image", str(path)), "loader", "CRC-32")


@pytest.mark.parametrize("option, value", [
    ("--stride", "-16"), ("--stride", "5"), ("--deadline-us", "-5"),
    ("--deadline-us", "99999999999"), ("--timeout", "0"), ("--timeout", "-1"),
    ("--timeout", "nan"), ("--hash", "x"), ("--via", "pigeon")])
def test_an_option_that_cannot_be(option, value):
    check_refused(digest(option, value), value)


def test_no_emulator(tmp_path):
    env = environment_without("qemu-system-arm", tmp_path)
    done = call("run", "digest", "--input", SOMEBODY, env=env)
    check_refused(done, "qemu-system-arm")


@pytest.mark.parametrize("command", [
    [], ["no-such-command"], ["report", "/no/such/store"],
    ["replay", "/no/such/store", "1"], ["run"]])
def test_a_command_that_cannot_be(command):
    done = call(*command)
    assert done.status == 2 and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
