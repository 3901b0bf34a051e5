using Ecs.Agent.Docker;
using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Agent.Joining;

/// <summary>
/// The attributes that every instance has in ECS. What the engine cannot know, such as the zone, its owner may say in
/// the settings: a value from there holds.
/// </summary>
internal static class BuiltInAttributes
{
    /// <summary>An attribute for each thing that the engine can do, as placement asks for it.</summary>
    private const string Capability = "ecs.capability.";

    /// <summary>ECS's own name, under which a privileged container's placement asks for it.</summary>
    private const string Privileged = "com.amazonaws.ecs.capability.privileged-container";

    private const string LogDriver = "com.amazonaws.ecs.capability.logging-driver.";

    /// <summary>The owner's attributes, and the built-in ones that they do not name; by name.</summary>
    public static IReadOnlyList<NameValue> With(
        IReadOnlyList<NameValue> owners, Scope scope, EngineFacts engine, bool allowsPrivileged)
    {
        IEnumerable<NameValue> builtIn =
        [
            new("ecs.os-type", engine.OsType),
            new("ecs.cpu-architecture", engine.Architecture),
            new("ecs.availability-zone", $"{scope.Region}a"),
            new("ecs.instance-type", "external"),
            new("ecs.ami-id", engine.OperatingSystem),
            new($"{Capability}docker-remote-api.{engine.ApiVersion}", null),
            new($"{Capability}task-settings", null),
            new($"{Capability}network.container-port-range", null),
            .. allowsPrivileged ? [new NameValue(Privileged, null)] : Array.Empty<NameValue>(),
            .. engine.LogDrivers.Select(driver => new NameValue($"{LogDriver}{driver}", null)),
            // Earlier Schedulers ask by these names.
            .. engine.LogDrivers.Select(driver => new NameValue($"{Capability}logging-driver.{driver}", null)),
            .. engine.VolumeDrivers.Select(driver => new NameValue($"{Capability}docker-plugin.{driver}", null)),
        ];
        return
        [
            .. owners.Reverse()
                .Concat(builtIn)
                .DistinctBy(attribute => attribute.Name, StringComparer.Ordinal)
                .OrderBy(attribute => attribute.Name, StringComparer.Ordinal),
        ];
    }
}
