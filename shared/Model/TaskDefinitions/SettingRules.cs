using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of a container's settings that go to Docker as they are, but for Linux's own.</summary>
internal static class SettingRules
{
    /// <summary>The longest stop timeout, in seconds: a day. ECS names a limit for Fargate only.</summary>
    public const int MaxStopTimeout = 86_400;

    /// <summary>The longest start timeout, in seconds: a day. ECS names a limit for Fargate only.</summary>
    public const int MaxStartTimeout = 86_400;

    /// <summary>Docker's word for the address at which a container finds its machine.</summary>
    private const string HostGateway = "host-gateway";

    /// <summary>Begins the security option that names an account of Active Directory.</summary>
    private const string CredentialSpec = "credentialspec";

    private static readonly string[] LogDrivers =
        ["json-file", "syslog", "journald", "gelf", "fluentd", "splunk", "none"];

    private static readonly string[] CloudLogDrivers = ["awslogs", "awsfirelens"];

    private static readonly string[] UlimitNames =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
        "rttime", "sigpending", "stack",
    ];

    /// <summary>What is wrong with them.</summary>
    public static IEnumerable<CommandError> Violations(ContainerDefinition container, string path) =>
        Nuls(JsonSerializer.SerializeToElement(
                container with { Environment = null, Command = null, EntryPoint = null }, EcsJson.Options), path)
            .Concat(Words(container, path))
            .Concat(Networking(container, path))
            .Concat(Log(container.LogConfiguration, $"{path}.logConfiguration"))
            .Concat((container.Ulimits ?? []).Index().SelectMany(u => Of(u.Item, $"{path}.ulimits[{u.Index}]")))
            .Concat((container.ExtraHosts ?? []).Index().SelectMany(h => Of(h.Item, $"{path}.extraHosts[{h.Index}]")))
            .Concat(Security(container.DockerSecurityOptions ?? [], $"{path}.dockerSecurityOptions"))
            .Concat(SystemControlRules.Violations(container.SystemControls ?? [], $"{path}.systemControls"));

    /// <summary>The refusal of a path that is not absolute; nothing where it is.</summary>
    public static IEnumerable<CommandError> Absolute(string? directory, string field) =>
        directory?.StartsWith('/') is true ? [] : [NameRules.Wrong($"'{field}' must be an absolute path.", field)];

    /// <summary>The refusal of each of these members that says nothing.</summary>
    public static IEnumerable<CommandError> Given(string path, params (string Name, string? Value)[] members) =>
        members.Where(member => string.IsNullOrEmpty(member.Value))
            .Select(member => NameRules.Wrong($"'{member.Name}' is required.", $"{path}.{member.Name}"));

    /// <summary>Every text with the character NUL: PostgreSQL keeps none, and no program can be given one.</summary>
    public static IEnumerable<CommandError> Nuls(JsonElement value, string path) => Texts(value, path)
        .Where(text => text.Text.Contains('\0', StringComparison.Ordinal))
        .Select(text => NameRules.Wrong("The character NUL is not allowed.", text.Field));

    private static IEnumerable<(string Field, string Text)> Texts(JsonElement value, string path) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [(path, value.GetString()!)],
            JsonValueKind.Array => value.EnumerateArray().Index()
                .SelectMany(item => Texts(item.Item, $"{path}[{item.Index}]")),
            JsonValueKind.Object => value.EnumerateObject()
                .SelectMany(m => Texts(m.Value, $"{path}.{m.Name}").Prepend((path, m.Name))),
            _ => [],
        };

    private static IEnumerable<CommandError> Words(ContainerDefinition container, string path)
    {
        if (container.StopTimeout is < 0 or > MaxStopTimeout)
        {
            yield return NameRules.Wrong(
                $"'stopTimeout' must be from 0 to {MaxStopTimeout} seconds.", $"{path}.stopTimeout");
        }

        if (container.StartTimeout is < 0 or > MaxStartTimeout)
        {
            yield return NameRules.Wrong(
                $"'startTimeout' must be from 0 to {MaxStartTimeout} seconds.", $"{path}.startTimeout");
        }

        if (container.VersionConsistency is not (null or "enabled" or "disabled"))
        {
            yield return NameRules.Wrong(
                "'versionConsistency' must be 'enabled' or 'disabled'.", $"{path}.versionConsistency");
        }

        if (container.WorkingDirectory is { } directory)
        {
            foreach (var error in Absolute(directory, $"{path}.workingDirectory")) yield return error;
        }
    }

    private static IEnumerable<CommandError> Networking(ContainerDefinition container, string path)
    {
        if (container.DisableNetworking is not true) yield break;

        if (container.PortMappings is { Count: > 0 }) yield return Useless("portMappings");
        if (container.Links is { Count: > 0 }) yield return Useless("links");

        CommandError Useless(string member) => NameRules.Wrong(
            $"'{member}' has no meaning where 'disableNetworking' is true.", $"{path}.{member}");
    }

    private static IEnumerable<CommandError> Log(LogConfiguration? log, string path)
    {
        if (log is null || (log.LogDriver is { } driver && LogDrivers.Contains(driver, StringComparer.Ordinal)))
        {
            yield break;
        }

        yield return NameRules.Wrong(
            CloudLogDrivers.Contains(log.LogDriver, StringComparer.Ordinal)
                ? $"The log driver '{log.LogDriver}' needs a cloud, which is not here; use one of {Known(LogDrivers)}."
                : $"'logDriver' must be one of {Known(LogDrivers)}.",
            $"{path}.logDriver");
    }

    // Docker would take it on Windows alone, from the machine's registry or a file.
    private static IEnumerable<CommandError> Security(IReadOnlyList<string> options, string path) =>
        options.Index().Where(option => option.Item.StartsWith(CredentialSpec, StringComparison.OrdinalIgnoreCase))
            .Select(option => NameRules.Wrong(
                $"'dockerSecurityOptions' has '{CredentialSpec}', which needs a domain of Active Directory.",
                $"{path}[{option.Index}]"));

    private static IEnumerable<CommandError> Of(Ulimit ulimit, string path)
    {
        if (!UlimitNames.Contains(ulimit.Name, StringComparer.Ordinal))
        {
            yield return NameRules.Wrong($"'name' must be one of {Known(UlimitNames)}.", $"{path}.name");
        }

        if (ulimit.SoftLimit is null) yield return NameRules.Wrong("'softLimit' is required.", $"{path}.softLimit");
        if (ulimit.HardLimit is null) yield return NameRules.Wrong("'hardLimit' is required.", $"{path}.hardLimit");
        if (ulimit.HardLimit >= 0 && (ulimit.SoftLimit > ulimit.HardLimit || ulimit.SoftLimit < 0))
        {
            yield return NameRules.Wrong("'softLimit' must not be above 'hardLimit'.", $"{path}.softLimit");
        }
    }

    // Docker is told both as one text, and reads the name to its first colon.
    private static IEnumerable<CommandError> Of(HostEntry host, string path)
    {
        foreach (var missing in Given(path, ("hostname", host.Hostname), ("ipAddress", host.IpAddress)))
        {
            yield return missing;
        }

        if (host.Hostname?.Contains(':', StringComparison.Ordinal) is true)
        {
            yield return NameRules.Wrong("'hostname' must not contain ':'.", $"{path}.hostname");
        }

        if (host.IpAddress is { Length: > 0 } address and not HostGateway && !IsAddress(address.Trim()))
        {
            yield return NameRules.Wrong(
                $"'ipAddress' must be an IP address, or '{HostGateway}' for the machine's own.", $"{path}.ipAddress");
        }
    }

    // .NET also reads what Docker does not: numbers in place of four decimal parts, brackets, zones and ports.
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily is AddressFamily.InterNetworkV6
            ? text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.')
            : address.ToString() == text);

    private static string Known(string[] words) => string.Join(", ", words);
}
