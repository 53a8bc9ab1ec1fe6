"""What becomes of a record, as values. Each record ends in exactly one of them."""

from dataclasses import dataclass
from enum import Enum


class Outcome(str, Enum):
    """How a record ends."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    DELETION = "deletion_request"


class Reason(str, Enum):
    """Why a record is rejected."""

    BAD_PATH = "bad_path"
    UNKNOWN_APP = "unknown_app"
    UNKNOWN_PING = "unknown_ping"
    UNKNOWN_VERSION = "unknown_version"
    BAD_DOCUMENT_ID = "bad_document_id"
    BAD_GZIP = "bad_gzip"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    SCHEMA = "schema"
    BAD_DATE = "bad_date"
    ERASED_CLIENT = "erased_client"  # of these no bytes are kept


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record is not good. where: the field it is about, if it is about one; never a value."""

    reason: Reason
    where: str = ""
