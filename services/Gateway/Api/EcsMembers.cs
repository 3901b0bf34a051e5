using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Gateway.Api;

/// <summary>
/// Members that ECS's operations have and this house does not have yet. They are refused by name, except where their
/// value asks for nothing: clients send such values as a matter of course (the AWS CLI's skeletons, SDKs' defaults,
/// and the output of DescribeTaskDefinition registered again), and those are dropped.
/// </summary>
internal static class EcsMembers
{
    private const string FileSystem = "needs a cloud's file system; 'host' mounts a directory of the machine, "
        + "'dockerVolumeConfiguration' a volume of any driver of Docker's";

    private const string Providers =
        "needs capacity providers, which are a cloud's machines; tasks run on the instances of the cluster";

    private const string Identity = "needs a cloud's machines; who an instance is, its Agent's key says";

    private const string Connect = "needs Service Connect, which is not here";

    private const string Network = "needs the network mode awsvpc, which only a cloud has";

    // Per shape: its members without a counterpart in the command.
    private static readonly Dictionary<Type, string[]> NotYet = new()
    {
        [typeof(CreateCluster)] = Words(
            "capacityProviders defaultCapacityProviderStrategy serviceConnectDefaults"),
        [typeof(UpdateCluster)] = Words("serviceConnectDefaults"),
        [typeof(RegisterTaskDefinition)] = Words(
            """
            proxyConfiguration inferenceAccelerators ephemeralStorage enableFaultInjection
            """),
        [typeof(ContainerDefinition)] = Words(
            "repositoryCredentials resourceRequirements firelensConfiguration credentialSpecs"),
        [typeof(Volume)] = Words(
            """
            efsVolumeConfiguration s3filesVolumeConfiguration fsxWindowsFileServerVolumeConfiguration configuredAtLaunch
            """),
        [typeof(LogConfiguration)] = Words("secretOptions"),
        [typeof(AddContainerInstance)] = Words(
            "instanceIdentityDocument instanceIdentityDocumentSignature platformDevices"),
        [typeof(ReportedResource)] = Words("doubleValue longValue"),
        [typeof(RunTask)] = Words(
            """
            capacityProviderStrategy networkConfiguration platformVersion volumeConfigurations
            """),
        [typeof(TaskOverrides)] = Words("inferenceAcceleratorOverrides ephemeralStorage"),
        [typeof(ContainerOverride)] = Words("resourceRequirements"),
        [typeof(ListTasks)] = Words("daemonName"),
        [typeof(StartTask)] = Words("networkConfiguration volumeConfigurations"),
    };

    // Of those, what this house can never have, or has in another way.
    private static readonly Dictionary<(Type Shape, string Member), string> Instead = new()
    {
        [(typeof(ContainerDefinition), "repositoryCredentials")] =
            "needs a cloud's store of secrets; give the Agent ECS_REGISTRY_CREDENTIALS",
        [(typeof(ContainerDefinition), "resourceRequirements")] =
            "needs GPUs that are counted, which no instance here has; 'linuxParameters.devices' gives devices",
        [(typeof(ContainerOverride), "resourceRequirements")] =
            "needs GPUs that are counted, which no instance here has; 'linuxParameters.devices' gives devices",
        [(typeof(ContainerDefinition), "firelensConfiguration")] =
            "needs a cloud's log router; 'logConfiguration' has fluentd and others",
        [(typeof(ContainerDefinition), "credentialSpecs")] = "needs a domain of Active Directory, which is not here",
        [(typeof(RegisterTaskDefinition), "inferenceAccelerators")] = "needs a cloud's accelerators",
        [(typeof(TaskOverrides), "inferenceAcceleratorOverrides")] = "needs a cloud's accelerators",
        [(typeof(LogConfiguration), "secretOptions")] = "needs a cloud's store of secrets",
        [(typeof(AddContainerInstance), "instanceIdentityDocument")] = Identity,
        [(typeof(AddContainerInstance), "instanceIdentityDocumentSignature")] = Identity,
        [(typeof(AddContainerInstance), "platformDevices")] =
            "needs GPUs that are counted, which no instance here has; 'linuxParameters.devices' gives devices",
        [(typeof(CreateCluster), "capacityProviders")] = Providers,
        [(typeof(CreateCluster), "defaultCapacityProviderStrategy")] = Providers,
        [(typeof(CreateCluster), "serviceConnectDefaults")] = Connect,
        [(typeof(UpdateCluster), "serviceConnectDefaults")] = Connect,
        [(typeof(RunTask), "capacityProviderStrategy")] = Providers,
        [(typeof(RunTask), "networkConfiguration")] = Network,
        [(typeof(StartTask), "networkConfiguration")] = Network,
        [(typeof(RunTask), "platformVersion")] = "needs Fargate; tasks run on one's own machines",
        [(typeof(RunTask), "volumeConfigurations")] = FileSystem,
        [(typeof(StartTask), "volumeConfigurations")] = FileSystem,
        [(typeof(Volume), "efsVolumeConfiguration")] = FileSystem,
        [(typeof(Volume), "s3filesVolumeConfiguration")] = FileSystem,
        [(typeof(Volume), "fsxWindowsFileServerVolumeConfiguration")] = FileSystem,
        [(typeof(Volume), "configuredAtLaunch")] = FileSystem,
    };

    /// <summary>Whether ECS has this member in this shape, and the house has not.</summary>
    public static bool IsNotYet(Type shape, string member) =>
        NotYet.TryGetValue(shape, out var members) && members.Contains(member, StringComparer.Ordinal);

    /// <summary>Why such a member is refused.</summary>
    public static string Why(Type shape, string member, string path) =>
        Instead.TryGetValue((shape, member), out var why)
            ? $"The member '{path}' of ECS {why}."
            : $"The member '{path}' of ECS is not supported by Ecs.Events yet; leave it out.";

    /// <summary>
    /// Whether a member that is not here yet asks for nothing: null, false, empty text, an empty list or object (of
    /// such values).
    /// </summary>
    public static bool IsNeutral(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString() is "",
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.EnumerateObject().All(member => IsNeutral(member.Value)),
        _ => false,
    };

    private static string[] Words(string text) =>
        text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
