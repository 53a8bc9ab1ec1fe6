import pytest

from mozregression.launch.host import platform_called, this_machine
from mozregression.model.apps import APPS, Platform, choose_platform


@pytest.mark.parametrize(
    ("system", "machine", "expected"),
    [
        ("linux", "x86_64", "linux-x86_64"),
        ("linux", "i686", "linux-x86"),
        ("linux", "aarch64", "linux-aarch64"),
        ("win32", "AMD64", "win-x86_64"),
        ("win32", "ARM64", "win-aarch64"),
        ("darwin", "arm64", "mac-universal"),
        ("darwin", "x86_64", "mac-universal"),
    ],
)
def test_machines_have_their_builds_of_firefox(system: str, machine: str, expected: str) -> None:
    here = platform_called(system, machine)
    assert str(choose_platform(APPS["firefox"], here)) == expected


def test_unknown_machines_keep_their_names() -> None:
    assert platform_called("freebsd14", "riscv64") == Platform("freebsd14", "riscv64")


def test_this_machine_is_known() -> None:
    assert choose_platform(APPS["firefox"], this_machine()) in APPS["firefox"].platforms
