using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Api;

/// <summary>
/// One operation of the ECS API: the command that its body is read as and the result that its reply holds.
/// </summary>
internal sealed record Operation(string Name, Type Command, Type Result)
{
    /// <summary>Whether it only reads.</summary>
    public bool IsQuery { get; } = CommandTypes.Of(Command).IsQuery;

    /// <summary>Where its result holds times.</summary>
    public TimesIn Times { get; } = TimesIn.Type(Result);

    /// <summary>Makes of the command the one that its owner knows, where that depends on what it names.</summary>
    public Func<Command, Command> ToOwner { get; init; } = command => command;
}

/// <summary>
/// The one table of what the Gateway can do. A command's members have ECS's own names, so a new operation is one line
/// here, beside its command in the contracts.
/// </summary>
internal static class Operations
{
    /// <summary>
    /// What stands before the operation's name in X-Amz-Target: <c>targetPrefix</c> of ECS's service model.
    /// </summary>
    public const string TargetPrefix = "AmazonEC2ContainerServiceV20141113.";

    public static IReadOnlyDictionary<string, Operation> All { get; } = new[]
    {
        Of<CreateCluster, ClusterResult>("CreateCluster"),
        Of<DescribeClusters, DescribeClustersResult>("DescribeClusters"),
        Of<ListClusters, ListClustersResult>("ListClusters"),
        Of<DeleteCluster, ClusterResult>("DeleteCluster"),
        Of<UpdateCluster, ClusterResult>("UpdateCluster"),
        Of<UpdateClusterSettings, ClusterResult>("UpdateClusterSettings"),
        Of<PutClusterCapacityProviders, ClusterResult>("PutClusterCapacityProviders"),
        Of<RegisterTaskDefinition, TaskDefinitionResult>("RegisterTaskDefinition"),
        Of<DescribeTaskDefinition, TaskDefinitionResult>("DescribeTaskDefinition"),
        Of<ListTaskDefinitions, ListTaskDefinitionsResult>("ListTaskDefinitions"),
        Of<ListTaskDefinitionFamilies, ListTaskDefinitionFamiliesResult>("ListTaskDefinitionFamilies"),
        Of<DeregisterTaskDefinition, TaskDefinitionResult>("DeregisterTaskDefinition"),
        Of<DeleteTaskDefinitions, DeleteTaskDefinitionsResult>("DeleteTaskDefinitions"),
        Of<RunTask, TasksResult>("RunTask"),
        Of<DescribeTasks, TasksResult>("DescribeTasks"),
        Of<ListTasks, ListTasksResult>("ListTasks"),
        Of<StopTask, TaskResult>("StopTask"),
        Of<StartTask, TasksResult>("StartTask"),
        Of<UpdateContainerInstancesState, ContainerInstancesResult>("UpdateContainerInstancesState"),
        Of<AddContainerInstance, ContainerInstanceResult>("RegisterContainerInstance"),
        Of<DeregisterContainerInstance, ContainerInstanceResult>("DeregisterContainerInstance"),
        Of<PutAttributes, AttributesResult>("PutAttributes"),
        Of<DeleteAttributes, AttributesResult>("DeleteAttributes"),
        Of<ListAttributes, ListAttributesResult>("ListAttributes"),
        Of<DescribeContainerInstances, DescribeContainerInstancesResult>("DescribeContainerInstances"),
        Of<ListContainerInstances, ListContainerInstancesResult>("ListContainerInstances"),
        Of<PutAccountSetting, SettingResult>("PutAccountSetting"),
        Of<PutAccountSettingDefault, SettingResult>("PutAccountSettingDefault"),
        Of<DeleteAccountSetting, SettingResult>("DeleteAccountSetting"),
        Of<ListAccountSettings, ListAccountSettingsResult>("ListAccountSettings"),
        Of<UpdateTaskProtection, TaskProtectionResult>("UpdateTaskProtection"),
        Of<GetTaskProtection, TaskProtectionResult>("GetTaskProtection"),
        Of<TagResource, EmptyResult>("TagResource") with { ToOwner = TagOwners.Of },
        Of<UntagResource, EmptyResult>("UntagResource") with { ToOwner = TagOwners.Of },
        Of<ListTagsForResource, TagsResult>("ListTagsForResource") with { ToOwner = TagOwners.Of },
    }.ToDictionary(operation => operation.Name, StringComparer.Ordinal);

    /// <summary>Finds what X-Amz-Target asks for, or says why there is no such thing here.</summary>
    public static (Operation? Operation, CommandError? Error) Find(string? target)
    {
        if (string.IsNullOrEmpty(target))
        {
            return (null, Unknown($"The header X-Amz-Target is missing: it names the operation: {TargetPrefix}..."));
        }

        if (!target.StartsWith(TargetPrefix, StringComparison.Ordinal))
        {
            return (null, Unknown($"'{target}' is no operation of ECS: those begin with {TargetPrefix}"));
        }

        var name = target[TargetPrefix.Length..];
        if (All.TryGetValue(name, out var operation)) return (operation, null);

        return (null, NotHere.Refuse(name) ?? Unknown($"ECS has no operation '{name}'."));
    }

    private static Operation Of<TCommand, TResult>(string name)
        where TCommand : Command => new(name, typeof(TCommand), typeof(TResult));

    private static CommandError Unknown(string message) => new(ErrorTypes.UnknownOperation, message);
}
