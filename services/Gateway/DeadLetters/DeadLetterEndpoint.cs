using System.Text;
using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Gateway.Api;
using BusDeadLetters = Ecs.Bus.DeadLetters;

namespace Ecs.Gateway.DeadLetters;

/// <summary>
/// <c>/dead-letters</c>: the messages that no service could read or handle: the list, one of them with its body, and
/// sending one again after what ailed it was mended.
/// </summary>
internal sealed class DeadLetterEndpoint(BusDeadLetters letters)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary><c>GET /dead-letters</c>: the oldest of them, without their bodies.</summary>
    public Task ListAsync(HttpContext http) => InTimeAsync(http, async cancel =>
    {
        var found = await letters.ListAsync(cancel);
        return Results.Json(new
        {
            deadLetters = found.Select(letter => Describe(letter)),
            isComplete = found.Count < BusDeadLetters.MaxListed,
        });
    });

    /// <summary><c>GET /dead-letters/{id}</c>: one with its body.</summary>
    public Task ShowAsync(HttpContext http, string id) => InTimeAsync(http, async cancel =>
    {
        if (await letters.ShowAsync(id, cancel) is not { } letter) return null;

        var description = Describe(letter);
        var (name, text) = Body(letter.Body.Span);
        description[name] = text;
        return Results.Json(description);
    });

    /// <summary>
    /// <c>POST /dead-letters/{id}/resend</c>: to where it was sent at first; it is no dead letter any more.
    /// </summary>
    public Task ResendAsync(HttpContext http, string id) => InTimeAsync(http, async cancel =>
        await letters.ResendAsync(id, cancel) ? Results.Json(new { id, isSent = true }) : null);

    private static async Task InTimeAsync(HttpContext http, Func<CancellationToken, Task<IResult?>> work)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        time.CancelAfter(Limits.DeadLetterTime);
        try
        {
            if (await work(time.Token) is { } result)
            {
                await result.ExecuteAsync(http);
                return;
            }

            await EcsReply.RefuseAsync(http, StatusCodes.Status404NotFound, new(
                "ResourceNotFoundException", "There is no dead letter of that id, or it has been sent again."));
        }
        catch (BusUnavailableException fault)
        {
            await EcsReply.RefuseAsync(http, new(ErrorTypes.Server, fault.Message));
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await EcsReply.RefuseAsync(http, new(
                ErrorTypes.Server, $"The broker did not answer within {Limits.DeadLetterTime.TotalSeconds:0} s."));
        }
    }

    private static Dictionary<string, object?> Describe(DeadLetter letter) => new()
    {
        ["id"] = letter.Id,
        ["reason"] = letter.Reason,
        ["queue"] = letter.Queue,
        ["exchange"] = letter.Exchange,
        ["routingKey"] = letter.RoutingKey,
        ["time"] = letter.Time,
        ["messageId"] = letter.MessageId,
        ["contentType"] = letter.ContentType,
        ["bytes"] = letter.Body.Length,
    };

    // A poison message may be anything; what is no text is shown as base64.
    private static (string Name, string Text) Body(ReadOnlySpan<byte> body)
    {
        try
        {
            return ("body", StrictUtf8.GetString(body));
        }
        catch (DecoderFallbackException)
        {
            return ("bodyBase64", Convert.ToBase64String(body));
        }
    }
}
