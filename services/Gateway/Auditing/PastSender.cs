using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Auditing;

/// <summary>
/// Asks the Auditor what a service would have answered at a moment: the ECS API in the past is the same operation, read
/// and shown as always, with another one to answer it.
/// </summary>
/// <param name="auditor">The Auditor's client.</param>
/// <param name="moment">The time or position, as the path has it.</param>
/// <param name="reply">Where the moment of the answer is named.</param>
internal sealed class PastSender(HttpClient auditor, string moment, HttpResponse reply) : ICommandSender
{
    /// <summary>Name the position and the time of the log that an answer holds for.</summary>
    public static readonly string[] MomentHeaders = ["ecs-position", "ecs-log-time"];

    /// <inheritdoc/>
    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(timeout);
        var type = CommandTypes.Of(command.GetType());
        try
        {
            using var body = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), EcsJson.Options));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await auditor.PostAsync(
                $"at/{Uri.EscapeDataString(moment)}/{type.Name}", body, deadline.Token);
            foreach (var name in MomentHeaders)
            {
                if (answer.Headers.TryGetValues(name, out var values)) reply.Headers[name] = values.ToArray();
            }

            var text = await answer.Content.ReadAsByteArrayAsync(deadline.Token);
            return answer.IsSuccessStatusCode
                ? JsonSerializer.Deserialize<Answer>(text, EcsJson.Options)!
                : Refused(command, JsonSerializer.Deserialize<Refusal>(text, EcsJson.Options));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
        catch (HttpRequestException fault)
        {
            return Failed(
                command, $"The Auditor cannot be reached ({fault.Message}), so the past cannot be asked now.");
        }
        catch (JsonException)
        {
            return Failed(command, "The Auditor's answer cannot be read; it may be asked again.");
        }
    }

    private static Answer Refused(Command command, Refusal? refusal) => refusal is { Type: { } type, Message: { } why }
        ? new Answer { CommandId = command.CommandId, Error = new(type, why) { Field = refusal.Field } }
        : Failed(command, "The Auditor's answer cannot be read; it may be asked again.");

    private static Answer Failed(Command command, string message) =>
        new() { CommandId = command.CommandId, Error = new(ErrorTypes.Server, message) };

    private sealed record Refusal
    {
        [JsonPropertyName("__type")]
        public string? Type { get; init; }

        public string? Message { get; init; }

        public string? Field { get; init; }
    }
}
