using System.Reflection;
using System.Text.Json;

namespace Ecs.Gateway;

/// <summary><c>GET /</c>: what this is and how to use it, for whoever opens the address to look.</summary>
internal static class Greeting
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = Ecs.Contracts.EcsJson.Options.Encoder,
    };

    /// <summary>Answers with one JSON object.</summary>
    public static IResult Answer(HttpRequest request)
    {
        var address = $"{request.Scheme}://{request.Host}";
        return Results.Json(
            new
            {
                product = "Ecs.Events",
                version = typeof(Greeting).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                    ?.InformationalVersion.Split('+')[0],
                description = "An EC2 Container Service on one's own machines. Every fact is an event in one log.",
                ways = new
                {
                    awsCli = $"aws ecs --endpoint-url {address} list-clusters",
                    ecs = $"ecs --endpoint-url {address} list-clusters",
                    log = $"{address}/log?after=0",
                    history = $"{address}/history",
                    deadLetters = $"{address}/dead-letters",
                    health = $"{address}/health/ready",
                },
                operations = Api.Operations.All.Keys.Order(StringComparer.Ordinal),
            },
            Indented);
    }
}
