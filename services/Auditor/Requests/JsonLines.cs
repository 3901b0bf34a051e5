using System.Text.Json;
using Ecs.Contracts;

namespace Ecs.Auditor.Requests;

/// <summary>
/// Answers as JSON lines that tell how far they are and end with a report. One that ends without it has found nothing
/// out.
/// </summary>
internal static class JsonLines
{
    /// <summary>Begins the answer: from here on no status can be said.</summary>
    public static Task BeginAsync(HttpContext http, CancellationToken ct)
    {
        http.Response.ContentType = "application/x-ndjson";
        return http.Response.StartAsync(ct);
    }

    /// <summary>Writes a line, and sends it.</summary>
    public static async Task WriteAsync(HttpContext http, object line, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, EcsJson.Options);
        await http.Response.Body.WriteAsync(bytes, ct);
        await http.Response.Body.WriteAsync("\n"u8.ToArray(), ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
