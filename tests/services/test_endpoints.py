import pytest

from mozregression.services.endpoints import Endpoints


def test_one_origin_for_all() -> None:
    endpoints = Endpoints.at("http://127.0.0.1:8000/")
    assert endpoints.archive == "http://127.0.0.1:8000/pub"
    assert endpoints.hg == endpoints.lando == endpoints.taskcluster == "http://127.0.0.1:8000"
    assert endpoints.product_details == "http://127.0.0.1:8000/1.0"


def test_the_environment_decides() -> None:
    assert Endpoints.from_environment({}) == Endpoints()
    assert Endpoints.from_environment({"MOZREGRESSION_SERVICES": " "}) == Endpoints()
    root = "https://127.0.0.1:8000"
    assert Endpoints.from_environment({"MOZREGRESSION_SERVICES": root}) == Endpoints.at(root)


@pytest.mark.parametrize("root", ["127.0.0.1:8000", "ftp://host", "http://"])
def test_a_wrong_origin_is_explained(root: str) -> None:
    with pytest.raises(ValueError, match="not an http or https URL"):
        Endpoints.from_environment({"MOZREGRESSION_SERVICES": root})
