"""How builds of each app are run."""

import pytest

from mozregression.model.apps import APPS, Android, Launch


@pytest.mark.parametrize(
    ("app", "launch", "profile"),
    [
        ("firefox", Launch.DESKTOP, "firefox"),
        ("firefox-l10n", Launch.DESKTOP, "firefox"),
        ("devedition", Launch.DESKTOP, "firefox"),
        ("thunderbird", Launch.DESKTOP, "thunderbird"),
        ("thunderbird-l10n", Launch.DESKTOP, "thunderbird"),
        ("jsshell", Launch.SHELL, "firefox"),
        ("fennec", Launch.ANDROID, "firefox"),
        ("fenix", Launch.ANDROID, "firefox"),
        ("focus", Launch.ANDROID, "firefox"),
        ("gve", Launch.ANDROID, "firefox"),
    ],
)
def test_how_builds_are_run(app: str, launch: Launch, profile: str) -> None:
    assert (APPS[app].launch, APPS[app].profile) == (launch, profile)


VIEW, MAIN = "android.intent.action.VIEW", "android.intent.action.MAIN"


@pytest.mark.parametrize(
    ("app", "package", "android"),
    [
        (
            "fennec",
            "org.mozilla.fennec",
            Android("org.mozilla.gecko.BrowserApp", VIEW, "args"),
        ),
        (
            "fenix",
            "org.mozilla.fenix",
            Android("org.mozilla.fenix.IntentReceiverActivity", VIEW, "args"),
        ),
        (
            "focus",
            "org.mozilla.focus.nightly",
            Android("org.mozilla.focus.activity.IntentReceiverActivity", VIEW, "args"),
        ),
        (
            "gve",
            "org.mozilla.geckoview_example",
            Android("org.mozilla.geckoview_example.GeckoViewActivity", MAIN, "arg"),
        ),
    ],
)
def test_what_is_started_on_android(app: str, package: str, android: Android) -> None:
    assert APPS[app].android == android
    assert {files.binary for files in APPS[app].platforms.values()} == {package}
