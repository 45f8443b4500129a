"""The page that explains the API, made from its OpenAPI document: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from forbear.web.api.errors import MEANINGS
from forbear.web.api.mount import api

Json = dict[str, Any]


def openapi(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI document."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/v1/"))


def page(request: HttpRequest) -> HttpResponse:
    """Show every operation, its fields and its errors, in words."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    context = {
        "title": document["info"]["title"],
        "description": document["info"]["description"],
        "operations": _operations(document),
        "shapes": _shapes(document),
        "errors": [
            {"code": code, "status": status, "type": kind, "meaning": meaning}
            for code, (status, kind, meaning) in MEANINGS.items()
        ],
    }
    return render(request, "api/docs.html", context)


def _operations(document: Json) -> list[Json]:
    return [
        {
            "id": operation["operationId"],
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "paragraphs": _paragraphs(operation.get("description", "")),
            "parameters": [_parameter(one) for one in operation["parameters"]],
            "body": _fields(document, operation.get("requestBody", {})),
            "answers": _answers(document, operation["responses"]),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _shapes(document: Json) -> list[Json]:
    """List the objects that others hold, by name; whole bodies and answers stand with their operation."""
    schemas = document["components"]["schemas"]
    whole = {
        part["schema"]["$ref"].rsplit("/", 1)[-1]
        for methods in document["paths"].values()
        for operation in methods.values()
        for holder in (operation.get("requestBody", {}), *operation["responses"].values())
        for part in holder.get("content", {}).values()
    }
    return [
        {
            "name": name,
            "summary": " ".join(_paragraphs(schema.get("description", ""))),
            "fields": _properties(schema),
        }
        for name, schema in sorted(schemas.items())
        if name not in whole and "properties" in schema
    ]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.replace("``", "").split("\n\n") if part.strip()]


def _parameter(parameter: Json) -> Json:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter["required"],
        "type": _type(schema),
        "description": schema.get("description", ""),
    }


def _answers(document: Json, responses: Json) -> list[Json]:
    return [
        {"status": str(status), "description": answer["description"], "fields": _fields(document, answer)}
        for status, answer in responses.items()
        if str(status) < "300"
    ]


def _fields(document: Json, holder: Json) -> list[Json]:
    content = holder.get("content", {}).get("application/json")
    if not content:
        return []
    return _properties(_resolved(document, content["schema"]))


def _properties(schema: Json) -> list[Json]:
    required = set(schema.get("required", []))
    return [
        {
            "name": name,
            "type": _type(field),
            "shape": _shape_of(field),
            "required": name in required,
            "description": field.get("description", ""),
            "example": json.dumps(field["examples"][0], ensure_ascii=False) if "examples" in field else "",
        }
        for name, field in schema["properties"].items()
    ]


def _shape_of(schema: Json) -> str:
    """Return the name of the object that a field is, or is a list of; empty where it is neither."""
    inner = schema.get("items", schema)
    return str(inner["$ref"].rsplit("/", 1)[-1]) if "$ref" in inner else ""


def _resolved(document: Json, schema: Json) -> Json:
    if "$ref" in schema:
        resolved: Json = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return resolved
    return schema


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "any"))
