"""The intake routes in the words of OpenAPI 3.1, to stand in the one document beside all others."""

from typing import Any

TOKEN = {"name": "source_token", "in": "path", "required": True, "schema": {"type": "string"}, "description": "the source's token"}
REFUSAL = {
    "description": "Refused; the receipt is kept and can be run again",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
ACCEPTED = {
    "description": "Stored for good",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["receipt", "lead", "status"],
                "properties": {
                    "receipt": {"type": "string", "format": "uuid"},
                    "lead": {"type": ["string", "null"], "format": "uuid"},
                    "status": {"enum": ["accepted", "joined", "duplicate", "ignored"]},
                },
            }
        }
    },
}


def routes_openapi() -> dict[str, Any]:
    """Paths of the intake application."""
    answers = {"202": ACCEPTED, "401": REFUSAL, "413": REFUSAL, "422": REFUSAL, "429": REFUSAL, "503": REFUSAL}
    deliver = {
        "tags": ["leads"], "operationId": "DeliverLead", "summary": "Bring a lead in",
        "description": "The body is whatever the source sends; its mapping makes the lead. The same delivery (platform id, "
        "Idempotency-Key, else the same body within 24 hours) is one lead.",
        "parameters": [TOKEN, {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": {kind: {"schema": {}} for kind in (
            "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml")}},
        "responses": answers, "x-right": "source token",
    }  # fmt: skip
    check = {
        "tags": ["leads"], "operationId": "CheckIntakeAddress", "summary": "A platform's check of the address",
        "parameters": [TOKEN], "responses": {"200": {"description": "The platform's echo"}, "401": REFUSAL, "422": REFUSAL}, "x-right": "source token",
    }  # fmt: skip
    page = {"200": {"description": "The page", "content": {"text/html": {"schema": {"type": "string"}}}}, "401": REFUSAL, "404": REFUSAL}
    return {
        "/api/v1/intake/{source_token}": {"post": deliver, "get": check},
        "/f/{source_token}": {"get": {"tags": ["leads"], "operationId": "GetForm", "parameters": [TOKEN], "responses": page, "x-right": "source token"}},
        "/q/{source_token}": {"get": {"tags": ["leads"], "operationId": "GetQrPage", "parameters": [TOKEN], "responses": page, "x-right": "source token"}},
    }
