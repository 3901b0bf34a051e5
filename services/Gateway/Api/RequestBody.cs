using Ecs.Contracts.Commands;
using Microsoft.AspNetCore.Http.Features;

namespace Ecs.Gateway.Api;

/// <summary>A request's body, taken from the wire whole, up to <see cref="Limits.BodyBytes"/>.</summary>
internal sealed record RequestBody(ReadOnlyMemory<byte> Bytes)
{
    // What a small request needs at first, in bytes; nearly all of them are small.
    private const int FirstBuffer = 4 * 1024;

    /// <summary>The body of a request that the house let in: it was read to verify who sent it.</summary>
    public static ReadOnlyMemory<byte> Of(HttpContext http) => http.Features.GetRequiredFeature<RequestBody>().Bytes;

    /// <summary>The whole body, or the refusal of one that is too large, too slow or cut short.</summary>
    public static async Task<(ReadOnlyMemory<byte> Body, CommandError? Error)> ReadAsync(HttpContext http)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        time.CancelAfter(Limits.BodyTime);
        try
        {
            var length = http.Request.ContentLength;
            if (length > Limits.BodyBytes) return (default, TooLarge($"{length}"));

            using var body = new MemoryStream((int)(length ?? FirstBuffer));
            var buffer = new byte[FirstBuffer];
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer, time.Token)) > 0)
            {
                if (body.Length + read > Limits.BodyBytes) return (default, TooLarge($"more than {Limits.BodyBytes}"));

                body.Write(buffer, 0, read);
            }

            return (body.ToArray(), null);
        }
        catch (BadHttpRequestException bad)
        {
            return (default, new(ErrorTypes.Serialization, $"The body cannot be read: {bad.Message}"));
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return (default, new(
                "RequestTimeoutException", $"The body did not arrive within {Limits.BodyTime.TotalSeconds:0} s."));
        }
    }

    private static CommandError TooLarge(string length) =>
        new(ErrorTypes.Client, $"Actual length: '{length}'. Max allowed length is '{Limits.BodyBytes}' bytes.");
}
