using System.Runtime.InteropServices;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>The replies of the AWS JSON 1.1 protocol.</summary>
internal static class EcsReply
{
    public const string ContentType = "application/x-amz-json-1.1";

    /// <summary>The id of each exchange, by AWS's name.</summary>
    public const string RequestIdHeader = "x-amzn-RequestId";

    /// <summary>The id of the command that was sent, for asking the history about it.</summary>
    public const string CommandIdHeader = "x-ecs-command-id";

    /// <summary>The log's position that the answer stands for.</summary>
    public const string PositionHeader = "x-ecs-position";

    private static readonly JsonWriterOptions Writing = new() { Encoder = EcsJson.Options.Encoder };

    // What the JSON writer wants to have free beyond what it writes, in bytes.
    private const int Slack = 8 * 1024;

    /// <summary>Sends an answer: its result, or its error.</summary>
    public static Task SendAsync(HttpContext http, Operation operation, Answer answer)
    {
        // An id that another sender of the same token chose may be any text; a header may not.
        var isPrintable = answer.CommandId?.All(c => c is > ' ' and <= '~') is true;
        if (isPrintable) http.Response.Headers[CommandIdHeader] = answer.CommandId;
        if (answer.Position is { } position) http.Response.Headers[PositionHeader] = $"{position}";
        if (answer.Error is { } error) return RefuseAsync(http, error);

        return answer.Result is { } result
            ? SendAsync(http, operation, result)
            : WriteAsync(http, StatusCodes.Status200OK, "{}"u8.ToArray());
    }

    private static async Task SendAsync(HttpContext http, Operation operation, JsonElement result)
    {
        // Written as ECS has it, a result is no longer than it was.
        using var body = new ReplyBuffer(JsonMarshal.GetRawUtf8Value(result).Length + Slack);
        using (var writer = new Utf8JsonWriter(body, Writing)) ReplyWriter.Write(operation.Times, result, writer);
        await WriteAsync(http, StatusCodes.Status200OK, body.Written);
    }

    /// <summary>Sends a refusal: 500 where the house failed, 400 where the request is wrong.</summary>
    public static Task RefuseAsync(HttpContext http, CommandError error) => RefuseAsync(
        http,
        error.Type is ErrorTypes.Server ? StatusCodes.Status500InternalServerError : StatusCodes.Status400BadRequest,
        error);

    /// <summary>Sends a refusal with a status of its own.</summary>
    public static Task RefuseAsync(HttpContext http, int status, CommandError error)
    {
        var body = new Dictionary<string, object?>
        {
            ["__type"] = error.Type,
            ["message"] = error.Message,
        };
        if (error.Field is not null) body["field"] = error.Field;
        if (error.ResourceIds is not null) body["resourceIds"] = error.ResourceIds;
        return WriteAsync(http, status, JsonSerializer.SerializeToUtf8Bytes(body, EcsJson.Options));
    }

    private static async Task WriteAsync(HttpContext http, int status, ReadOnlyMemory<byte> body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
