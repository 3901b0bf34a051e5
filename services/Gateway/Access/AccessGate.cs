using Ecs.Contracts.Commands;
using Ecs.Contracts.Signing;
using Ecs.Gateway.Api;
using Microsoft.AspNetCore.Http.Features;

namespace Ecs.Gateway.Access;

/// <summary>Marks a way in that shows nothing of anybody: health, the greeting, and what is no way in.</summary>
internal sealed class OpenToAll
{
    public static readonly OpenToAll Instance = new();
}

/// <summary>Marks a way in that shows what is everybody's.</summary>
internal sealed class OperatorsOnly
{
    public static readonly OperatorsOnly Instance = new();
}

/// <summary>
/// Stands in front of every way in that is not marked <see cref="OpenToAll"/>: takes the body, verifies who sent it,
/// and leaves both on the request, where <see cref="Caller.Of(HttpContext)"/> and <see cref="RequestBody.Of"/> find
/// them. A new endpoint is behind it without doing anything.
/// </summary>
internal sealed class AccessGate(AccessSettings settings, TimeProvider clock)
{
    // Of the program's own that every service has, without metadata of the Gateway.
    private const string Health = "/health";

    /// <summary>Lets a request through, or refuses it.</summary>
    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        var marks = http.GetEndpoint()?.Metadata;
        if (marks?.GetMetadata<OpenToAll>() is not null || http.Request.Path.StartsWithSegments(Health))
        {
            await next(http);
            return;
        }

        var (body, error) = await BodyAsync(http);
        if (error is not null)
        {
            await EcsReply.RefuseAsync(http, error);
            return;
        }

        (var caller, error) = Ask(http, body);
        if (error is null && caller!.IsLimited && marks?.GetMetadata<OperatorsOnly>() is not null)
        {
            error = AccessErrors.NotOperator;
        }

        if (error is not null)
        {
            await EcsReply.RefuseAsync(http, StatusOf(http), error);
            return;
        }

        http.Features.Set(caller);
        http.Features.Set(new RequestBody(body));
        await next(http);
    }

    private (Caller? Caller, CommandError? Error) Ask(HttpContext http, ReadOnlyMemory<byte> body)
    {
        if (settings.AllowsUnsigned && !IsKnown(http.Request)) return Caller.Read(http.Request.Headers.Authorization);

        return SignatureCheck.Verify(Signable(http, body), settings.Keys, clock.GetUtcNow());
    }

    // Where unsigned access is on, a key of the table is still nobody's but its owner's.
    private bool IsKnown(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(SignatureV4.Algorithm + " ", StringComparison.Ordinal)
            && Authorization.Read(header).Authorization is { } authorization
            && settings.Keys.Find(authorization.AccessKey) is not null;
    }

    // An upgraded connection's bytes are no body.
    private static async Task<(ReadOnlyMemory<byte> Body, CommandError? Error)> BodyAsync(HttpContext http) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is false
            ? (default, null)
            : await RequestBody.ReadAsync(http);

    private static SignableRequest Signable(HttpContext http, ReadOnlyMemory<byte> body)
    {
        // As it came: what the server has decoded cannot be encoded again in the same way.
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw
            ? raw
            : http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        var parts = target.Split('?', 2);
        return new SignableRequest(
            http.Request.Method,
            parts[0],
            parts.Length > 1 ? parts[1] : "",
            [.. http.Request.Headers.SelectMany(header =>
                header.Value.Select(value => KeyValuePair.Create(header.Key, value ?? "")))],
            body);
    }

    // ECS's own protocol has 400 for these; elsewhere it is HTTP's own word.
    private static int StatusOf(HttpContext http) =>
        http.Request.Path == "/" ? StatusCodes.Status400BadRequest : StatusCodes.Status403Forbidden;
}
