using System.Text.Json;
using System.Text.Json.Serialization;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Cli.Endpoint;

// What the tool shows of ECS's replies. Every member may be missing and every status is text, so that an older tool
// still reads a newer service.

internal sealed record ClusterView(
    string? ClusterArn,
    string? ClusterName,
    string? Status,
    int RegisteredContainerInstancesCount,
    int RunningTasksCount,
    int PendingTasksCount);

internal sealed record TaskDefinitionView(
    string? TaskDefinitionArn,
    string? Family,
    int Revision,
    string? VersionLabel,
    string? Status,
    string? NetworkMode,
    string? Cpu,
    string? Memory,
    DateTimeOffset? RegisteredAt,
    string? RegisteredBy,
    DateTimeOffset? DeregisteredAt)
{
    public IReadOnlyList<ContainerDefinition> ContainerDefinitions { get; init; } = [];

    public IReadOnlyList<Volume> Volumes { get; init; } = [];

    public string Name => VersionLabel is null ? $"{Family}:{Revision}" : $"{Family}:{Revision} ({VersionLabel})";
}

internal sealed record TaskView(
    string? TaskArn,
    string? ClusterArn,
    string? TaskDefinitionArn,
    string? ContainerInstanceArn,
    string? LastStatus,
    string? DesiredStatus,
    string? Cpu,
    string? Memory,
    string? StartedBy,
    string? Group,
    string? StopCode,
    string? StoppedReason,
    string? Connectivity,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? StoppedAt)
{
    public string? HealthStatus { get; init; }

    public IReadOnlyList<ContainerView> Containers { get; init; } = [];

    public IReadOnlyList<TagView> Tags { get; init; } = [];

    public bool IsStopped => LastStatus is "STOPPED";

    public bool IsRunning => LastStatus is "RUNNING";

    public bool IsWaiting => LastStatus is "PROVISIONING";
}

internal sealed record ContainerView(
    string? Name, string? Image, string? LastStatus, int? ExitCode, string? Reason, string? RuntimeId)
{
    public string? HealthStatus { get; init; }

    public IReadOnlyList<NetworkBinding> NetworkBindings { get; init; } = [];
}

internal sealed record InstanceView(
    string? ContainerInstanceArn,
    string? Ec2InstanceId,
    string? Status,
    bool AgentConnected,
    int RunningTasksCount,
    int PendingTasksCount,
    DateTimeOffset? RegisteredAt,
    VersionInfo? VersionInfo)
{
    public IReadOnlyList<Resource> RemainingResources { get; init; } = [];

    public IReadOnlyList<Resource> RegisteredResources { get; init; } = [];

    public IReadOnlyList<NameValue> Attributes { get; init; } = [];

    public IReadOnlyList<TagView> Tags { get; init; } = [];
}

internal sealed record AttributeView(string? Name, string? Value, string? TargetId);

internal sealed record ProtectedTaskView(string? TaskArn, bool? ProtectionEnabled, DateTimeOffset? ExpirationDate);

internal sealed record SettingView(string? Name, string? Value, string? PrincipalArn);

internal sealed record TagView(string? Key, string? Value);

internal sealed record FailureView(string? Arn, string? Reason, string? Detail);

/// <summary>Reads views out of ECS's replies.</summary>
internal static class Views
{
    /// <summary>How replies are read.</summary>
    public static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        Converters = { new EpochSeconds() },
    };

    /// <summary>One member of a reply.</summary>
    public static T One<T>(this JsonElement reply, string member) => reply.GetProperty(member).Deserialize<T>(Reading)!;

    /// <summary>A part of a reply.</summary>
    public static T As<T>(this JsonElement part) => part.Deserialize<T>(Reading)!;

    /// <summary>A list of a reply; empty where it has none.</summary>
    public static IReadOnlyList<T> Many<T>(this JsonElement reply, string member) =>
        reply.TryGetProperty(member, out var list) ? list.Deserialize<IReadOnlyList<T>>(Reading) ?? [] : [];

    /// <summary>ECS's times: seconds since 1970, with a fraction.</summary>
    private sealed class EpochSeconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.Number
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)(reader.GetDecimal() * 1000))
                : reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToUnixTimeMilliseconds() / 1000m);
    }
}
