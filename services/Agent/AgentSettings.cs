using System.Globalization;
using Ecs.Agent.Docker;
using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;
using Ecs.Hosting;

namespace Ecs.Agent;

/// <summary>
/// The Agent's own settings, by the names of their environment variables; <see cref="Settings"/> has those that other
/// programs share: <see cref="Settings.BusUri"/>, <see cref="Settings.Http"/>, <see cref="Settings.Account"/> and
/// <see cref="Settings.Region"/>.
/// </summary>
public sealed record AgentSettings
{
    /// <summary>The longest that Docker may be given for a step by a setting, in seconds: a day.</summary>
    private const int MostSeconds = 24 * 60 * 60;

    /// <summary>The longest that what has ended, or is not used, may stay by a setting, in seconds: 30 days.</summary>
    internal const int MostCleanupSeconds = 30 * 24 * 60 * 60;

    /// <summary>The name of the cluster that the engine joins; <c>default</c> where nothing is said.</summary>
    public const string ClusterName = "ECS_CLUSTER";

    /// <summary>Where the Agent keeps its journal; <c>/var/lib/ecs-agent</c> where nothing is said.</summary>
    public const string DataDirName = "ECS_DATA_DIR";

    /// <summary>
    /// The file of the Agent's private key; <c>key.pem</c> in the data directory where nothing is said. It is made at
    /// the first start; an Agent that has lost it can join again only when its instance was deregistered.
    /// </summary>
    public const string KeyFileName = "ECS_KEY_FILE";

    /// <summary>The engine's address; <c>unix:///var/run/docker.sock</c> where nothing is said.</summary>
    public const string DockerHostName = "DOCKER_HOST";

    /// <summary>Attributes of the instance besides the built-in ones: <c>name=value,name=value</c>.</summary>
    public const string AttributesName = "ECS_INSTANCE_ATTRIBUTES";

    /// <summary>Tags that the instance is registered with, the first time: <c>key=value,key=value</c>.</summary>
    public const string TagsName = "ECS_INSTANCE_TAGS";

    /// <summary>MiB of the machine's memory that no task may reserve; 0 where nothing is said.</summary>
    public const string ReservedMemoryName = "ECS_RESERVED_MEMORY";

    /// <summary>Cpu units to register instead of 1024 for each core: for machines that do other work too.</summary>
    public const string CpuName = "ECS_CPU";

    /// <summary>MiB to register instead of the machine's memory: for machines that do other work too.</summary>
    public const string MemoryName = "ECS_MEMORY";

    /// <summary>How long a container has after its stop signal, in seconds; 30 where nothing is said.</summary>
    public const string StopTimeoutName = "ECS_STOP_TIMEOUT";

    /// <summary>
    /// How long Docker may take to create a container, in seconds; four minutes as in ECS. Then the container has
    /// failed with a DockerTimeoutError.
    /// </summary>
    public const string CreateTimeoutName = "ECS_CONTAINER_CREATE_TIMEOUT";

    /// <summary>How long Docker may take to start one, in seconds; three minutes as in ECS.</summary>
    public const string StartTimeoutName = "ECS_CONTAINER_START_TIMEOUT";

    /// <summary>How long after its end a task's containers are removed, in seconds; three hours as in ECS.</summary>
    public const string CleanupAfterName = "ECS_CLEANUP_AFTER";

    /// <summary>
    /// The container instance's id, 32 hexadecimal characters, in place of the one that is derived from cluster and
    /// engine: for two Agents of different installations on one engine.
    /// </summary>
    public const string InstanceIdName = "ECS_INSTANCE_ID";

    /// <summary>
    /// <c>true</c> where containers may be privileged: they then can do on the machine what its root can. The instance
    /// has ECS's attribute for it, which placement asks for.
    /// </summary>
    public const string AllowPrivilegedName = "ECS_ALLOW_PRIVILEGED";

    /// <summary>The directory whose files the <c>secrets</c> of definitions name; without it there are none.</summary>
    public const string SecretsDirName = "ECS_SECRETS_DIR";

    /// <summary>The directory whose files the <c>environmentFiles</c> of definitions name.</summary>
    public const string EnvFilesDirName = "ECS_ENV_FILES_DIR";

    /// <summary>A file like Docker's <c>config.json</c> with the credentials of image registries; none.</summary>
    public const string RegistryCredentialsName = "ECS_REGISTRY_CREDENTIALS";

    /// <summary>Where the Agent listens for HTTP if <see cref="Settings.Http"/> says nothing.</summary>
    public const string DefaultHttp = "http://127.0.0.1:8083";

    /// <summary>The cluster's name.</summary>
    public required string Cluster { get; init; }

    /// <summary>The account and region that the instance belongs to.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The directory of the journal.</summary>
    public required string DataDir { get; init; }

    /// <summary>The file of the private key; null for <c>key.pem</c> in <see cref="DataDir"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The path of the file of the private key.</summary>
    public string KeyPath => KeyFile ?? Path.Combine(DataDir, "key.pem");

    /// <summary>The engine's address.</summary>
    public required Uri DockerHost { get; init; }

    /// <summary>Attributes besides the built-in ones.</summary>
    public required IReadOnlyList<NameValue> Attributes { get; init; }

    /// <summary>Tags of the instance when it is new.</summary>
    public IReadOnlyList<NameValue> Tags { get; init; } = [];

    /// <summary>MiB that are kept back.</summary>
    public required int ReservedMemory { get; init; }

    /// <summary>Cpu units to register; null for what the engine has.</summary>
    public int? Cpu { get; init; }

    /// <summary>MiB to register; null for what the engine has.</summary>
    public int? Memory { get; init; }

    /// <summary>How long a container has after its stop signal.</summary>
    public required TimeSpan StopTimeout { get; init; }

    /// <summary>How long Docker may take to create a container.</summary>
    public TimeSpan CreateTimeout { get; init; } = Limits.Create;

    /// <summary>How long Docker may take to start one.</summary>
    public TimeSpan StartTimeout { get; init; } = Limits.Start;

    /// <summary>How long after its end a task's containers are removed.</summary>
    public required TimeSpan CleanupAfter { get; init; }

    /// <summary>Whether containers may be privileged.</summary>
    public bool AllowsPrivileged { get; init; }

    /// <summary>The directory of secrets; null for none.</summary>
    public string? SecretsDir { get; init; }

    /// <summary>The directory of files of environment variables; null for none.</summary>
    public string? EnvFilesDir { get; init; }

    /// <summary>The file of the image registries' credentials; null for none.</summary>
    public string? RegistryCredentials { get; init; }

    /// <summary>When images are pulled and removed.</summary>
    public ImageSettings Images { get; init; } = new();

    /// <summary>The instance's id; null for the derived one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingException">One has a value that it cannot have.</exception>
    public static AgentSettings Read(IConfiguration configuration) => new()
    {
        Cluster = configuration[ClusterName] is { Length: > 0 } cluster ? cluster : "default",
        Scope = configuration.GetScope(),
        DataDir = configuration[DataDirName] is { Length: > 0 } dir ? dir : "/var/lib/ecs-agent",
        KeyFile = configuration[KeyFileName] is { Length: > 0 } key ? key : null,
        DockerHost = ReadUri(configuration),
        Attributes = ReadPairs(AttributesName, configuration[AttributesName]),
        Tags = ReadPairs(TagsName, configuration[TagsName]),
        ReservedMemory = ReadNumber(configuration, ReservedMemoryName, 0) ?? 0,
        Cpu = ReadNumber(configuration, CpuName, 1),
        Memory = ReadNumber(configuration, MemoryName, 1),
        StopTimeout = ReadTime(configuration, StopTimeoutName, least: 0) ?? TimeSpan.FromSeconds(30),
        CreateTimeout = ReadTime(configuration, CreateTimeoutName, least: 1) ?? Limits.Create,
        StartTimeout = ReadTime(configuration, StartTimeoutName, least: 1) ?? Limits.Start,
        CleanupAfter = ReadTime(configuration, CleanupAfterName, least: 0, MostCleanupSeconds) ?? TimeSpan.FromHours(3),
        AllowsPrivileged = ReadTruth(configuration, AllowPrivilegedName) ?? false,
        SecretsDir = configuration[SecretsDirName] is { Length: > 0 } secrets ? secrets : null,
        EnvFilesDir = configuration[EnvFilesDirName] is { Length: > 0 } files ? files : null,
        RegistryCredentials = configuration[RegistryCredentialsName] is { Length: > 0 } creds ? creds : null,
        Images = ImageSettings.Read(configuration),
        InstanceId = ReadInstanceId(configuration[InstanceIdName]),
    };

    private static bool? ReadTruth(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => null,
        "true" => true,
        "false" => false,
        _ => throw new SettingException(name, "true or false"),
    };

    private static Uri ReadUri(IConfiguration configuration)
    {
        var text = configuration[DockerHostName] is { Length: > 0 } host ? host : "unix:///var/run/docker.sock";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            ? uri
            : throw new SettingException(DockerHostName, "an address such as unix:///var/run/docker.sock");
    }

    // No timer of .NET takes more than some 49 days: one that is set for longer would end the Agent, or never end.
    internal static TimeSpan? ReadTime(IConfiguration configuration, string name, int least, int most = MostSeconds) =>
        ReadNumber(configuration, name, least, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    internal static int? ReadNumber(IConfiguration configuration, string name, int least, int most = int.MaxValue)
    {
        if (configuration[name] is not { Length: > 0 } text) return null;

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) &&
            number >= least && number <= most
            ? number
            : throw new SettingException(
                name, most < int.MaxValue ? $"a whole number from {least} to {most}" : $"a whole number from {least}");
    }

    private static List<NameValue> ReadPairs(string name, string? text)
    {
        var pairs = new List<NameValue>();
        const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var part in (text ?? "").Split(',', Clean))
        {
            var halves = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (halves[0].Length == 0) throw new SettingException(name, "of the form name=value,name=value");

            pairs.Add(new NameValue(halves[0], halves.Length > 1 ? halves[1] : null));
        }

        return pairs;
    }

    private static string? ReadInstanceId(string? text) => text switch
    {
        null or "" => null,
        { Length: 32 } when text.All(char.IsAsciiHexDigitLower) => text,
        _ => throw new SettingException(InstanceIdName, "32 hexadecimal characters in lower case"),
    };
}
