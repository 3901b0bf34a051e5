using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// Client tokens for clients that send none. Most AWS clients give each call an id that is the same in all its retries
/// (<c>amz-sdk-invocation-id</c>): a retry whose first answer was lost on the way must not start a second task. A
/// client
/// that sends neither, as the AWS CLI 2.9, has the deadline alone: what was not decided in time never will be.
/// </summary>
internal static class Tokens
{
    private const string InvocationId = "amz-sdk-invocation-id";

    /// <summary>The command, with a token where it needs one and its client says which call it is.</summary>
    public static Command Fill(Command command, IHeaderDictionary headers) =>
        command is RunTask { ClientToken: null } run && Guid.TryParse(headers[InvocationId], out var call)
            ? run with { ClientToken = $"sdk-{call:N}" }
            : command;
}
