"""Apps on a device, by mozdevice itself and a scripted adb."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import pytest

from mozregression.launch.adb import find_adb
from mozregression.launch.android import AndroidLauncher
from mozregression.launch.kinds import LaunchOptions, launcher_for
from mozregression.launch.launcher import Installed, LaunchError, Unusable
from mozregression.launch.process import Ended
from mozregression.launch.profiles import ProfileOptions
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, Platform
from mozregression.model.builds import Revision
from tests.launch.apks import apk
from tests.launch.conftest import FENIX, SERIAL, Adb

ARM64 = Platform("android", "aarch64")
PROFILE = "/data/local/tmp/test_root/mozregression-profile"
PATIENCE = 60.0  # seconds


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., AndroidLauncher]:
    def make(
        app: str = "fenix",
        arguments: Sequence[str] = (),
        platform: Platform = ARM64,
        **options: object,
    ) -> AndroidLauncher:
        chosen = LaunchOptions(arguments=tuple(arguments), **options)  # type: ignore[arg-type]
        launcher = launcher_for(APPS[app], platform, WorkDirs(tmp_path / "work"), chosen)
        assert isinstance(launcher, AndroidLauncher)
        return launcher

    return make


Make = Callable[..., AndroidLauncher]


def until(holds: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.02)


def prepared(launcher: AndroidLauncher, folder: Path) -> Installed:
    launcher.check()
    installed = launcher.prepare(apk(folder))
    assert isinstance(installed, Installed)
    return installed


def test_an_app_is_installed_and_opens_a_page_with_its_profile(
    adb: Adb, make: Make, tmp_path: Path
) -> None:
    launcher = make(arguments=["http://127.0.0.1/page?a=b&c"])
    installed = prepared(launcher, tmp_path / "unpacked")
    assert str(installed.binary) == FENIX
    assert installed.environment == {"ANDROID_SERIAL": SERIAL}
    assert adb.installed == [FENIX]
    opened = launcher.open(installed, tmp_path / "log")
    assert opened.running.wait(0) is None
    assert (opened.what, opened.lingers) == ("app", False)
    assert adb.running == [FENIX]
    (start,) = adb.calls("am start")
    assert start.startswith(
        "shell am start -W -n org.mozilla.fenix/org.mozilla.fenix.IntentReceiverActivity "
        "-a android.intent.action.VIEW --es args "
    )
    assert f"-profile {PROFILE}" in start
    assert "-d " in start
    assert "http://127.0.0.1/page?a=b&c" in start
    assert "app.update.auto" in (adb.storage(PROFILE) / "user.js").read_text()
    opened.running.end(grace=opened.grace)
    opened.running.stop(grace=opened.grace)  # as testers do: a second order disturbs nothing
    opened.discard()
    assert adb.running == []
    assert not adb.storage(PROFILE).exists()
    launcher.close()
    assert adb.installed == []
    rights = ("root", "shell su ", "shell setenforce ")
    assert not [call for call in adb.calls() if call.startswith(rights)]
    assert list((tmp_path / "work").iterdir()) == [tmp_path / "work" / ".lock"]
    assert (tmp_path / "log").read_text() == ""


def test_an_app_that_is_closed_on_the_device_has_ended(
    adb: Adb, make: Make, tmp_path: Path
) -> None:
    launcher = make("gve", ["--first", "two"], profile_dir="/sdcard/mine")
    adb.tell(package="org.mozilla.geckoview_example")
    launcher.check()
    installed = launcher.prepare(apk(tmp_path / "unpacked", "org.mozilla.geckoview_example"))
    assert isinstance(installed, Installed)
    opened = launcher.open(installed, tmp_path / "log")
    (start,) = adb.calls("am start")
    assert start.split("--es ")[0] == (
        "shell am start -W -n org.mozilla.geckoview_example/"
        "org.mozilla.geckoview_example.GeckoViewActivity -a android.intent.action.MAIN "
    )
    assert [each.split() for each in start.split("--es ")[1:]] == [
        ["arg0", "-profile"],
        ["arg1", "/sdcard/mine/mozregression-profile"],
        ["arg2", "--first"],
        ["arg3", "two"],
    ]
    assert adb.storage("/sdcard/mine/mozregression-profile/user.js").exists()
    adb.close_app()
    assert opened.running.wait(PATIENCE) == Ended(code=0)
    opened.discard()
    assert list(adb.storage("/sdcard/mine").iterdir()) == []


def test_an_app_that_does_not_start_is_no_error_of_ours(
    adb: Adb, make: Make, tmp_path: Path
) -> None:
    adb.tell(fail={"am start": "Error: Activity class does not exist."})
    launcher = make()
    opened = launcher.open(prepared(launcher, tmp_path / "unpacked"), tmp_path / "log")
    assert opened.running.wait(0) == Ended(code=4)
    opened.discard()
    assert "Activity class does not exist" in (tmp_path / "log").read_text()
    assert not adb.storage(PROFILE).exists()


def test_a_new_build_takes_the_place_of_the_last(adb: Adb, make: Make, tmp_path: Path) -> None:
    launcher = make()
    prepared(launcher, tmp_path / "one")
    assert isinstance(launcher.prepare(apk(tmp_path / "two")), Installed)
    calls = [call.split()[0] for call in adb.calls(" ") if "install" in call.split()[0]]
    assert calls == ["install", "uninstall", "install"]
    launcher.close()
    launcher.close()  # nothing is left to do
    assert adb.installed == []


def test_what_an_old_apk_says_of_itself(adb: Adb, make: Make, tmp_path: Path) -> None:
    launcher = make()
    adb.tell(package="org.mozilla.fennec")
    node = "c" * 40
    ini = f"SourceRepository=https://hg.mozilla.org/mozilla-central\nSourceStamp={node}\n"
    files = {"package-name.txt": "org.mozilla.fennec\n", "application.ini": f"[App]\n{ini}"}
    launcher.check()
    installed = launcher.prepare(apk(tmp_path / "unpacked", files=files))
    assert isinstance(installed, Installed)
    assert str(installed.binary) == "org.mozilla.fennec"
    assert installed.info.revision == Revision("mozilla-central", node)


@pytest.mark.parametrize("package", ["no-package", "a.b; reboot", "a.b\nc", "firefox"])
def test_a_package_with_a_strange_name_is_not_told_to_the_device(
    adb: Adb, make: Make, tmp_path: Path, package: str
) -> None:
    outcome = make().prepare(apk(tmp_path / "unpacked", package))
    assert isinstance(outcome, Unusable)
    assert "no name of a package" in outcome.reason
    assert adb.calls() == []


def test_a_folder_without_apk(make: Make, tmp_path: Path) -> None:
    outcome = make().prepare(tmp_path)
    assert isinstance(outcome, Unusable)
    assert "no APK" in outcome.reason


def test_a_build_that_the_device_does_not_take(adb: Adb, make: Make, tmp_path: Path) -> None:
    launcher = make()
    launcher.check()
    adb.tell(fail={"app.apk": "Failure [INSTALL_FAILED_OLDER_SDK: Requires newer sdk]"})
    outcome = launcher.prepare(apk(tmp_path / "unpacked"))
    assert isinstance(outcome, Unusable)
    assert "INSTALL_FAILED_OLDER_SDK" in outcome.reason


@pytest.mark.parametrize("why", ["Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]", "protocol fault"])
def test_a_device_that_can_take_no_build(adb: Adb, make: Make, tmp_path: Path, why: str) -> None:
    launcher = make()
    launcher.check()
    adb.tell(fail={"app.apk": why})
    with pytest.raises(LaunchError, match=r"adb failed: .*(INSUFFICIENT_STORAGE|protocol fault)"):
        launcher.prepare(apk(tmp_path / "unpacked"))


# What is looked at before anything is downloaded


@pytest.mark.parametrize(
    ("devices", "serial", "told"),
    [
        ({}, "", "No Android device is connected. Plug one in"),
        ({"A": "unauthorized"}, "", "device A is unauthorized: unlock it and allow debugging"),
        ({"A": "offline"}, "", "device A is offline: plug it in again"),
        ({"A": "device", "BB": "offline"}, "BB", "device BB is offline"),
        (
            {"A": "device", "BB": "device"},
            "",
            r"connected: A \(Pixel_1\), BB \(Pixel_2\). Choose one by .* ANDROID_SERIAL=A",
        ),
        ({"A": "device"}, "C", "device C, which ANDROID_SERIAL names, is not .*connected: A"),
    ],
)
def test_devices_that_cannot_be_used(
    adb: Adb,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
    *,
    devices: dict[str, str],
    serial: str,
    told: str,
) -> None:
    adb.tell(devices=devices)
    if serial:
        monkeypatch.setenv("ANDROID_SERIAL", serial)
    with pytest.raises(LaunchError, match=told):
        make().check()


def test_one_of_several_devices_is_chosen(
    adb: Adb, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    adb.tell(devices={"other": "device", SERIAL: "device"})
    monkeypatch.setenv("ANDROID_SERIAL", SERIAL)
    launcher = make()
    prepared(launcher, tmp_path / "unpacked")
    assert adb.calls("other") == []
    assert adb.installed == [FENIX]


def test_builds_for_other_processors(adb: Adb, make: Make) -> None:
    with pytest.raises(LaunchError, match=r"for arm64-v8a, armeabi-v7a, not for x86. .*--arch"):
        make(platform=Platform("android", "x86")).check()


def test_without_adb(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LaunchError, match=r"neither on the PATH nor in .*platform-tools"):
        make().check()


def test_the_adb_of_a_firefox_build_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    tools = Path.home() / ".mozbuild" / "android-sdk-linux" / "platform-tools"
    tools.mkdir(parents=True)
    (tools / "adb").touch(0o755)
    assert find_adb() == str(tools / "adb")


def test_a_server_that_does_not_start(adb: Adb, make: Make) -> None:
    adb.tell(fail={"start-server": "cannot bind"})
    with pytest.raises(LaunchError, match="server of adb does not start"):
        make().check()


def test_an_adb_that_is_none(adb: Adb, make: Make) -> None:
    adb.tell(fail={"version": "what?"})
    with pytest.raises(LaunchError, match="adb failed: "):
        make().check()


def test_no_addons(make: Make) -> None:
    with pytest.raises(LaunchError, match="leave --addon out"):
        make(profile=ProfileOptions(addons=(Path("a.xpi"),))).check()


def test_an_app_of_the_users_own_is_left_alone(adb: Adb, make: Make) -> None:
    adb.install(FENIX)
    with pytest.raises(LaunchError, match=f"with all its data.*: adb uninstall {FENIX}"):
        make().check()
    assert adb.installed == [FENIX]


def test_an_app_of_the_users_own_that_only_a_build_names_is_left_alone(
    adb: Adb, make: Make, tmp_path: Path
) -> None:
    launcher = make()
    launcher.check()
    adb.install("org.mozilla.firefox")
    with pytest.raises(LaunchError, match=r"org\.mozilla\.firefox is installed"):
        launcher.prepare(apk(tmp_path / "unpacked", "org.mozilla.firefox"))
    launcher.close()
    assert adb.installed == ["org.mozilla.firefox"]
    assert adb.calls("uninstall ") == []


def test_what_a_killed_session_installed_goes(adb: Adb, make: Make, tmp_path: Path) -> None:
    prepared(make(), tmp_path / "one")
    prepared(make(), tmp_path / "two")
    assert len(adb.calls("uninstall org")) == 1


# Nothing stays behind

SCRIPT = """
import sys
from pathlib import Path
from mozregression.launch.kinds import LaunchOptions, launcher_for
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, Platform
place = Path(sys.argv[1])
work = WorkDirs(place / "work")
launcher = launcher_for(APPS["fenix"], Platform("android", "aarch64"), work, LaunchOptions())
try:
    launcher.check()
    opened = launcher.open(launcher.prepare(place / "unpacked"), place / "log")
    opened.running.wait()
except KeyboardInterrupt:
    print("interrupted")
"""


def begun(tmp_path: Path) -> "subprocess.Popen[bytes]":
    apk(tmp_path / "unpacked")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def processes_of(adb: Adb) -> list[int]:
    program = str(adb.folder / "adb")
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if program in " ".join(process.info["cmdline"] or ())
    ]


def test_ctrl_c_ends_an_adb_that_hangs(adb: Adb, tmp_path: Path) -> None:
    adb.tell(hang="app.apk")
    with begun(tmp_path) as other:
        assert other.stdout
        until(lambda: adb.calls("app.apk"))
        assert processes_of(adb)
        os.kill(other.pid, signal.SIGINT)
        assert other.stdout.read() == b"interrupted\n"
    assert processes_of(adb) == []


def test_the_app_is_stopped_even_when_mozregression_is_killed(adb: Adb, tmp_path: Path) -> None:
    with begun(tmp_path) as other:
        until(lambda: adb.running)
        other.kill()
    until(lambda: not processes_of(adb))
    assert adb.running == []
    assert not adb.storage(PROFILE).exists()
