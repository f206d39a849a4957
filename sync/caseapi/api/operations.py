"""One operation of the HTTP interface in OpenAPI's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

from sync import wire
from sync.caseapi.api.problems import PROBLEM_TYPE

Schema = dict[str, Any]

COUNT: Schema = {"type": "integer", "minimum": 0}

READ = {
    408: "The body did not arrive in time",
    413: "Too large, before or after unfolding",
    415: "Another content type or encoding",
    422: "Unreadable; `path` names the place",
}
"""How any body can be refused."""

BUSY = {429: "Too many requests; `Retry-After` says when to come again", 503: "Overloaded, or the disk is full"}
"""How any request can be sent away."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        answers: body by content type for the one good status; none when it has no body.
        takes: content type and schema of the request's body.
        refusals: why, by status; each is a problem document.
        security: what proves who asks, any of these; none for what anybody may ask.
        problem: type of the refusals.
    """

    summary: str
    refusals: Mapping[int, str]
    status: int = 200
    answers: Mapping[str, Schema] = field(default_factory=dict)
    takes: tuple[str, Schema] | None = None
    parameters: tuple[Schema, ...] = ()
    headers: tuple[str, ...] = ()
    security: tuple[str, ...] = ("signature",)
    problem: type[msgspec.Struct] = wire.Problem

    def described(self) -> Schema:
        """Return the operation in OpenAPI's words."""
        good: Schema = {"description": HTTPStatus(self.status).phrase}
        if self.answers:
            good["content"] = {kind: {"schema": schema} for kind, schema in self.answers.items()}
        if self.headers:
            good["headers"] = {name: {"schema": {"type": "string"}} for name in self.headers}
        refused = {str(status): _refusal(status, why, self.problem) for status, why in self.refusals.items()}
        whole: Schema = {
            "summary": self.summary,
            "parameters": list(self.parameters),
            "responses": {str(self.status): good, **refused},
            "security": [{kind: []} for kind in self.security],
        }
        if self.takes is not None:
            kind, schema = self.takes
            whole["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
        return whole


def ref(message: type[msgspec.Struct]) -> Schema:
    """Return the reference to a message's schema."""
    return {"$ref": f"#/components/schemas/{message.__name__}"}


def _refusal(status: int, why: str, problem: type[msgspec.Struct]) -> Schema:
    told: Schema = {"description": why, "content": {PROBLEM_TYPE: {"schema": ref(problem)}}}
    if status in BUSY:
        told["headers"] = {"Retry-After": {"schema": COUNT}}
    return told


def parameter(name: str, place: str, schema: Schema, *, is_required: bool = False) -> Schema:
    """Return a parameter of a path, a query or a header."""
    return {"name": name, "in": place, "required": is_required, "schema": schema}
