"""One errand on an Android device, done by mozdevice: `python -m mozregression.launch.device`.

A program of its own, so that a guardian can end it with every adb it started: mozdevice waits
without end for an adb that hangs, and keeps adb running when it is interrupted.

The arguments are the name of the errand and what it needs, as JSON. What it prints is the answer,
or says for a person what was wrong.
"""

import json
import os
import posixpath
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from mozdevice import ADBDevice, ADBError, ADBHost, ADBTimeoutError
from mozlog.structuredlog import StructuredLogger, set_default_logger

DONE, UNUSABLE, TROUBLE = 0, 3, 4
"""Exit status. UNUSABLE: this build cannot be tested; TROUBLE: nothing can, for now."""

_SECONDS = 60.0  # for one adb command; mozdevice waits five minutes
_INSTALL_SECONDS = 600.0
_LAST_SECONDS = 15.0  # at the end of a session, when the device may have been taken away
_BOOT_SECONDS = 5.0  # between three looks at whether it has booted
_LOOK_UP = 1.0  # seconds between two looks at whether the app still runs
_MARKS = "/data/local/tmp/mozregression-installed-"  # with a package's name: it is one of ours
_PROFILE = "mozregression-profile"
_HINTS = {
    "unauthorized": "unlock it and allow debugging from this computer",
    "offline": "plug it in again, or restart it",
}


class _Device(ADBDevice):  # type: ignore[misc] # mozdevice has no types
    """Leaves SELinux as it is. To change it fails on phones, after seconds of trying."""

    enforcing = ""


def check(wanted: dict[str, Any]) -> int:
    """Which device to use. Prints its serial number."""
    host = _host(wanted)
    serial = os.environ.pop("ANDROID_SERIAL", "")  # mozdevice would wait for that device
    device = _chosen(host.devices(), serial)
    os.environ["ANDROID_SERIAL"] = device
    _check_processor(host, wanted["abi"])
    _refuse_others(host, wanted["package"])
    print(device)
    return DONE


def install(wanted: dict[str, Any]) -> int:
    """Install an APK in place of the one that was there."""
    host, package = _host(wanted), wanted["package"]
    _refuse_others(host, package)
    _uninstall(host, package)
    host.command_output(["shell", "touch", _MARKS + package])
    try:
        host.command_output(["install", wanted["apk"]], timeout=_INSTALL_SECONDS)
    except ADBError as error:
        text = str(error)
        if "INSTALL_FAILED_INSUFFICIENT_STORAGE" in text or "INSTALL_" not in text:
            raise
        print(f"the device does not take it: {text}")
        return UNUSABLE
    return DONE


def uninstall(wanted: dict[str, Any]) -> int:
    """Uninstall an app, if it was installed by us."""
    host = _host(wanted, _LAST_SECONDS)
    if _is_ours(host, wanted["package"]):
        _uninstall(host, wanted["package"])
    return DONE


def run(wanted: dict[str, Any]) -> int:
    """Run the installed app with a profile until it has gone, or this program shall end."""
    package = wanted["package"]
    device = _Device(
        device=wanted["serial"],
        adb=wanted["adb"],
        timeout=_SECONDS,
        use_root=False,
        device_ready_retry_wait=_BOOT_SECONDS,
    )
    profile = posixpath.join(wanted["profile_dir"] or device.test_root, _PROFILE)
    with _cleared(device, package, profile):
        device.push(wanted["profile"], profile)
        arguments = ["-profile", profile, *wanted["arguments"]]
        device.launch_application(
            package,
            wanted["activity"],
            wanted["intent"],
            url=wanted["url"],
            extras=_extras(wanted["extras"], arguments),
        )
        Path(wanted["launched"]).touch()
        while device.process_exist(package):
            time.sleep(_LOOK_UP)
    return DONE


@contextmanager
def _cleared(device: ADBDevice, package: str, profile: str) -> Iterator[None]:
    """Neither the app nor its profile is there, before and after."""

    def clear() -> None:
        device.stop_application(package)
        device.rm(profile, recursive=True, force=True)

    clear()
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        clear()


def _extras(style: str, arguments: list[str]) -> dict[str, str]:
    if style == "args":
        return {"args": " ".join(arguments)}
    return {f"arg{number}": argument for number, argument in enumerate(arguments)}


def _host(wanted: dict[str, Any], seconds: float = _SECONDS) -> ADBHost:
    return ADBHost(adb=wanted["adb"], timeout=seconds)


def _chosen(devices: list[dict[str, str]], serial: str) -> str:
    """The serial number of the device to use."""
    names = [device["device_serial"] for device in devices]
    if not devices:
        _give_up("No Android device is connected. Plug one in, or start an emulator.")
    if serial and serial not in names:
        _give_up(
            f"The Android device {serial}, which ANDROID_SERIAL names, is not connected; "
            f"connected: {', '.join(names)}."
        )
    if len(devices) > 1 and not serial:
        listed = ", ".join(f"{each['device_serial']} ({_about(each)})" for each in devices)
        _give_up(
            f"Several Android devices are connected: {listed}. "
            f"Choose one by the variable ANDROID_SERIAL, such as ANDROID_SERIAL={names[0]}"
        )
    device = devices[names.index(serial) if serial else 0]
    state = device["state"]
    if state != "device":
        hint = _HINTS.get(state, "see that it has started and allows debugging")
        _give_up(f"The Android device {device['device_serial']} is {state}: {hint}.")
    return device["device_serial"]


def _check_processor(host: ADBHost, abi: str) -> None:
    """Builds for others would all be downloaded in vain."""
    listed = host.command_output(["shell", "getprop", "ro.product.cpu.abilist"]).strip()
    if listed and abi not in listed.split(","):  # old systems list nothing
        _give_up(
            f"The Android device runs builds for {listed.replace(',', ', ')}, not for {abi}. "
            "Choose others with --arch, or use another device."
        )


def _about(device: dict[str, str]) -> str:
    return device.get("model") or device["state"]


def _refuse_others(host: ADBHost, package: str) -> None:
    """An app of the user's would be lost with all its data."""
    if _is_installed(host, package) and not _is_ours(host, package):
        _give_up(
            f"{package} is installed on the device, and not by mozregression. Testing would delete "
            f"it with all its data. Use another device, or uninstall it: adb uninstall {package}"
        )


def _is_installed(host: ADBHost, package: str) -> bool:
    listed = host.command_output(["shell", "pm", "list", "packages", package])
    return f"package:{package}" in listed.split()


def _is_ours(host: ADBHost, package: str) -> bool:
    found = f"test -e {_MARKS}{package} && echo found || true"
    return "found" in host.command_output(["shell", found])


def _uninstall(host: ADBHost, package: str) -> None:
    if _is_installed(host, package):
        host.command_output(["uninstall", package])
    host.command_output(["shell", "rm", "-f", _MARKS + package])


def _give_up(why: str) -> NoReturn:
    print(why)
    sys.exit(TROUBLE)


def main(arguments: list[str]) -> int:
    errands: dict[str, Callable[[dict[str, Any]], int]] = {
        each.__name__: each for each in (check, install, uninstall, run)
    }
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TROUBLE))
    set_default_logger(StructuredLogger("mozregression"))  # without one mozdevice prints
    try:
        return errands[arguments[0]](json.loads(arguments[1]))
    except ADBTimeoutError as error:
        print(f"The Android device does not answer: plug it in again, or restart it. {error}")
    except (ADBError, ValueError) as error:
        print(f"adb failed: {' '.join(str(error).split())}")
    return TROUBLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
