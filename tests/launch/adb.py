"""An adb to put on the PATH, whose devices exist in a folder alone: see the fixture `adb`.

Beside it are `state.json`, which says what it should do, `calls`, to which every call is added as a
JSON list, `device/`, the storage of the device, and what it installed and runs.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STORAGE = HERE / "device"
INSTALLED = HERE / "installed"
RUNNING = HERE / "running"
FOR_EVER = 600  # seconds
PROPERTIES = {
    "sys.boot_completed": "1",
    "ro.build.version.sdk": "33",
    "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a",
}
TOLD = "; echo adb_returncode=$?"
REAL = ("touch", "ls", "rm", "mkdir", "test", "chmod")  # commands that the folder carries out


def main(arguments: list[str]) -> int:
    with (HERE / "calls").open("a") as calls:
        calls.write(json.dumps(arguments) + "\n")
    state = json.loads((HERE / "state.json").read_text())
    text = " ".join(arguments)
    if state["hang"] and state["hang"] in text:
        time.sleep(FOR_EVER)
    for word, printed in state["fail"].items():
        if word in text:
            print(printed)
            return 1
    if arguments[0] == "-s":
        if state["devices"].get(arguments[1]) != "device":
            time.sleep(FOR_EVER)  # it waits for the device
        arguments = arguments[2:]
    if arguments[0] == "wait-for-device":
        arguments = arguments[1:]
    command, *rest = arguments
    return {
        "version": version,
        "devices": devices,
        "install": install,
        "uninstall": uninstall,
        "push": push,
        "shell": shell,
    }.get(command, nothing)(rest, state)


def nothing(_: list[str], __: dict[str, Any]) -> int:
    return 0


def version(_: list[str], __: dict[str, Any]) -> int:
    print("Android Debug Bridge version 1.0.41")
    return 0


def devices(_: list[str], state: dict[str, Any]) -> int:
    print("List of devices attached")
    for serial, condition in state["devices"].items():
        print(f"{serial}\t{condition} product:p model:Pixel_{len(serial)} device:d")
    return 0


def install(_: list[str], state: dict[str, Any]) -> int:
    INSTALLED.write_text("\n".join([*lines(INSTALLED), state["package"]]))
    print("Success")
    return 0


def uninstall(arguments: list[str], _: dict[str, Any]) -> int:
    INSTALLED.write_text("\n".join(set(lines(INSTALLED)) - set(arguments)))
    print("Success")
    return 0


def push(arguments: list[str], _: dict[str, Any]) -> int:
    import shutil

    source, target = Path(arguments[0]), Path(f"{STORAGE}{arguments[1]}")
    shutil.copytree(source, target / source.name if target.is_dir() else target)
    return 0


def shell(arguments: list[str], _: dict[str, Any]) -> int:
    said = " ".join(arguments)
    command = said.removesuffix(TOLD)
    code = on_device(command, command.split())
    if command != said:
        print(f"adb_returncode={code}")
        return 0
    return code


def on_device(command: str, words: list[str]) -> int:
    if words[:2] == ["am", "start"]:
        RUNNING.write_text(words[words.index("-n") + 1].split("/")[0])
    elif words[:2] == ["am", "force-stop"]:
        if words[2] in lines(RUNNING):
            RUNNING.unlink()
    elif words[0] == "pidof" and words[1] != "--help":
        return pidof(words[1])
    elif words[0] == "getprop":
        print(PROPERTIES.get(words[1], ""))
    elif words[:2] == ["pm", "list"]:
        print("\n".join(f"package:{name}" for name in lines(INSTALLED) if words[3] in name))
    elif words[0] in REAL:
        return carried_out(command)
    return 0


def pidof(package: str) -> int:
    if package not in lines(RUNNING) or (HERE / "closed").exists():
        return 1
    print("4711")
    return 0


def carried_out(command: str) -> int:
    import subprocess

    for place in ("/data/", "/sdcard/"):
        command = command.replace(place, f"{STORAGE}{place}")
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    print((done.stdout + done.stderr).replace(str(STORAGE), ""))
    return done.returncode


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
