"""What tasks put out: names of artifacts, and what is in them."""

from mozregression.sandbox import blobs, files
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.contents import (
    EXAMPLE,
    FENIX,
    FENNEC,
    FIREFOX,
    FOCUS,
    THUNDERBIRD,
    Product,
)
from mozregression.sandbox.packages import ABIS, FENNEC_UNTIL
from mozregression.sandbox.taskcluster.jobs import Form
from mozregression.sandbox.taskcluster.tasks import Task
from mozregression.sandbox.world import World

_NOTES = ("target.txt", "target_info.txt", "target.json")
_EXAMPLE_APK, _SHELL = "geckoview_example.apk", "target.jsshell.zip"


class Outputs:
    """Files of a world's tasks, by name without a folder."""

    def __init__(self, world: World, builds: Builds) -> None:
        self._world = world
        self._builds = builds

    def names(self, task: Task) -> list[str]:
        """All that was built, the package first."""
        packages = self._packages(task)
        if task.job.form in (Form.FENIX, Form.FOCUS):
            return packages
        names = [*packages, *_NOTES]
        if task.job.form is Form.ANDROID:
            return [*names, "geckoview-test_runner.apk", "target.maven.tar.xz"]
        if self._product(task) is FIREFOX:
            names.append(_SHELL)
        return names + files.linux_decoys("target", packages[0].removeprefix("target"))

    def is_package(self, task: Task, name: str) -> bool:
        return name in self._packages(task)

    def body(self, task: Task, name: str) -> Blob:
        push, world, builds = task.push, self._world, self._builds
        if name == _SHELL:
            return builds.shell(push, windows=task.job.form is Form.WINDOWS)
        if name in self._packages(task):
            return self._package(task, name)
        notes = {"target.txt": files.source_text, "target_info.txt": files.info_text}
        if name in notes:
            return blobs.of(notes[name](world, push))
        if name == "target.json":
            platform = task.job.name.rpartition("-")[0]
            return blobs.of(files.build_json(world, push, platform, self._product(task)))
        return files.filler(name)

    def _packages(self, task: Task) -> list[str]:
        match task.job.form:
            case Form.LINUX:
                return ["target" + files.suffix(self._world, task.push)]
            case Form.WINDOWS:
                return ["target.zip"]
            case Form.MAC:
                return ["target.dmg"]
            case Form.ANDROID:
                fennec = task.push.day < FENNEC_UNTIL and task.job.name.startswith("android-a")
                return [_EXAMPLE_APK, *(["target.apk"] if fennec else [])]
            case Form.FENIX | Form.FOCUS:
                return [f"target.{abi}.apk" for abi in ABIS]

    def _package(self, task: Task, name: str) -> Blob:
        push, builds = task.push, self._builds
        match task.job.form:
            case Form.LINUX:
                return builds.tar(push, self._product(task))
            case Form.WINDOWS:
                return builds.zip(push, self._product(task))
            case Form.MAC:
                return builds.dmg(push, self._product(task))
            case Form.ANDROID:
                return builds.apk(push, EXAMPLE if name == _EXAMPLE_APK else FENNEC)
            case Form.FENIX:
                return builds.apk(push, FENIX)
            case Form.FOCUS:
                return builds.apk(push, FOCUS)

    @staticmethod
    def _product(task: Task) -> Product:
        return THUNDERBIRD if task.job.product == "thunderbird" else FIREFOX
