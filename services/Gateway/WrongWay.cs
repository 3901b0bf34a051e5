using Ecs.Contracts.Commands;
using Ecs.Gateway.Api;

namespace Ecs.Gateway;

/// <summary>Answers what is no way into the house, saying which ways there are.</summary>
internal static class WrongWay
{
    /// <summary>404 for a path that is not there; 405 for a method that its path does not take.</summary>
    public static Task AnswerAsync(HttpContext http)
    {
        var (method, path) = (http.Request.Method, http.Request.Path);
        var isRoot = path == "/";
        return EcsReply.RefuseAsync(
            http,
            isRoot ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound,
            new(ErrorTypes.UnknownOperation, isRoot
                ? $"The ECS API takes POST /, not {method} /."
                : $"There is no {method} {path} here: the ECS API is POST /, and GET / tells the other ways in."));
    }
}
