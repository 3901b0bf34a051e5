using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ecs.Contracts;

/// <summary>
/// How the house writes JSON: camelCase, ISO 8601 times, enums by their ECS words, nothing that is null.
/// </summary>
public static class EcsJson
{
    /// <summary>The deepest nesting that is read; ECS's own shapes need fewer than ten levels.</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// For the log and the bus. Members it does not know are passed over: a newer version may have added them.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create(JsonUnmappedMemberHandling.Skip);

    /// <summary>For input from outside: a member that the command does not have is an error that names it.</summary>
    public static JsonSerializerOptions Strict { get; } = Create(JsonUnmappedMemberHandling.Disallow);

    /// <summary>The word by which a value of the vocabulary is known, such as <c>RUNNING</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum =>
        JsonSerializer.SerializeToElement(value, Options).GetString()!;

    private static JsonSerializerOptions Create(JsonUnmappedMemberHandling unmapped)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // The web defaults would read "5" as a number and CPU as cpu: here a wrong type is the sender's error.
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = unmapped,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = MaxDepth,
        };
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
