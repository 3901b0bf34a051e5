using System.Net;
using System.Text.Json.Nodes;

namespace Ecs.EndToEnd.Clients;

/// <summary>What the ECS API answered instead of a reply.</summary>
internal sealed class EcsError(HttpStatusCode status, JsonNode body)
    : Exception($"{(int)status} {body["__type"]}: {body["message"]}")
{
    public HttpStatusCode Status { get; } = status;

    public JsonNode Body { get; } = body;

    public string Type => (string?)Body["__type"] ?? "";

    public string Text => (string?)Body["message"] ?? "";

    public bool IsServerFault => (int)Status >= 500;
}
