# SPDX-License-Identifier: BSD-2-Clause
"""What can not work is refused in one clear line, with exit status 2."""

import pytest
from frontdoor import ROOT, call, environment_without

SOMEBODY = str(ROOT / "LICENSE")


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


@pytest.mark.parametrize("share", [30, 60, 90])
def test_a_corrupt_image(tmp_path, share):
    image = bytearray((ROOT / "build/sabrelite/trireme.elf").read_bytes())
    at = len(image) * share // 100
    image[at:at + 4096] = bytes(b ^ 0x55 for b in image[at:at + 4096])
    path = tmp_path / "image.elf"
    path.write_bytes(image)
    check_refused(digest("--image", str(path)))


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
