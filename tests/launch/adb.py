"""An adb to put on the PATH, whose devices exist in a folder alone: see the fixture `adb`.

Beside it are `state`, which says what it should do, and `calls`, to which every call is added, both
as Python writes such values; `device/`, the storage of the device; and what it installed and runs.
mozdevice calls it a hundred times for each app it starts, so it imports little.
"""
# ruff: noqa: PTH110, PTH112, PTH119, PTH120, PTH123

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HERE = os.path.dirname(__file__)
STORAGE = f"{HERE}/device"
INSTALLED = f"{HERE}/installed"
RUNNING = f"{HERE}/running"
FOR_EVER = 600  # seconds
PROPERTIES = {
    "sys.boot_completed": "1",
    "ro.build.version.sdk": "33",
    "ro.product.cpu.abilist": "arm64-v8a,armeabi-v7a",
}
TOLD = "; echo adb_returncode=$?"
REAL = ("touch", "ls", "rm", "mkdir", "test", "chmod")  # commands that the folder carries out


def main(arguments: list[str]) -> int:
    with open(f"{HERE}/calls", "a") as calls:
        print(arguments, file=calls)
    with open(f"{HERE}/state") as file:
        state = eval(file.read())  # noqa: S307
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
    return carry_out(*arguments, state=state)


def carry_out(command: str, *rest: str, state: "dict[str, Any]") -> int:
    if command == "version":
        print("Android Debug Bridge version 1.0.41")
    elif command == "devices":
        list_devices(state["devices"])
    elif command == "install":
        write(INSTALLED, [*words_in(INSTALLED), state["package"]])
        print("Success")
    elif command == "uninstall":
        write(INSTALLED, [name for name in words_in(INSTALLED) if name not in rest])
        print("Success")
    elif command == "push":
        push(*rest)
    elif command == "shell":
        return shell(" ".join(rest))
    return 0


def list_devices(states: dict[str, str]) -> None:
    print("List of devices attached")
    for serial, state in states.items():
        print(f"{serial}\t{state} product:p model:Pixel_{len(serial)} device:d")


def push(source: str, target: str) -> None:
    import shutil

    place = STORAGE + target
    shutil.copytree(
        source, f"{place}/{os.path.basename(source)}" if os.path.isdir(place) else place
    )


def shell(said: str) -> int:
    command = said.removesuffix(TOLD)
    code = on_device(command, command.split())
    if command != said:
        print(f"adb_returncode={code}")
        return 0
    return code


def on_device(command: str, words: list[str]) -> int:
    if words[:2] == ["am", "start"]:
        write(RUNNING, words[words.index("-n") + 1].split("/")[:1])
    elif words[:2] == ["am", "force-stop"]:
        write(RUNNING, [name for name in words_in(RUNNING) if name != words[2]])
    elif words[0] == "pidof" and words[1] != "--help":
        return pidof(words[1])
    elif words[0] == "getprop":
        print(PROPERTIES.get(words[1], ""))
    elif words[:2] == ["pm", "list"]:
        print("\n".join(f"package:{name}" for name in words_in(INSTALLED) if words[3] in name))
    elif words[0] in REAL:
        return in_the_folder(command)
    return 0


def pidof(package: str) -> int:
    if package not in words_in(RUNNING) or os.path.exists(f"{HERE}/closed"):
        return 1
    print("4711")
    return 0


def in_the_folder(command: str) -> int:
    for place in ("/data/", "/sdcard/"):
        command = command.replace(place, f"{STORAGE}{place}")
    with os.popen(f"({command}) 2>&1") as pipe:  # noqa: S605
        print(pipe.read().replace(STORAGE, ""))
        status = pipe.close()
    return 1 if status else 0


def words_in(path: str) -> list[str]:
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return file.read().split()


def write(path: str, words: list[str]) -> None:
    with open(path, "w") as file:
        print(*words, file=file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
