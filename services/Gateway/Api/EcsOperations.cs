namespace Ecs.Gateway.Api;

/// <summary>
/// Every operation of ECS's service model (API version 2014-11-13, as of 2026), so that one that is not here yet is
/// told from one that was misspelt.
/// </summary>
internal static class EcsOperations
{
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(
        """
        ContinueServiceDeployment CreateCapacityProvider CreateCluster CreateDaemon CreateExpressGatewayService
        CreateService CreateTaskSet DeleteAccountSetting DeleteAttributes DeleteCapacityProvider DeleteCluster
        DeleteDaemon DeleteDaemonTaskDefinition DeleteExpressGatewayService DeleteService DeleteTaskDefinitions
        DeleteTaskSet DeregisterContainerInstance DeregisterTaskDefinition DescribeCapacityProviders DescribeClusters
        DescribeContainerInstances DescribeDaemon DescribeDaemonDeployments DescribeDaemonRevisions
        DescribeDaemonTaskDefinition DescribeExpressGatewayService DescribeServiceDeployments DescribeServiceRevisions
        DescribeServices DescribeTaskDefinition DescribeTaskSets DescribeTasks DiscoverPollEndpoint ExecuteCommand
        GetTaskProtection ListAccountSettings ListAttributes ListClusters ListContainerInstances ListDaemonDeployments
        ListDaemonTaskDefinitions ListDaemons ListServiceDeployments ListServices ListServicesByNamespace
        ListTagsForResource ListTaskDefinitionFamilies ListTaskDefinitions ListTasks PutAccountSetting
        PutAccountSettingDefault PutAttributes PutClusterCapacityProviders RegisterContainerInstance
        RegisterDaemonTaskDefinition RegisterTaskDefinition RunTask StartTask StopServiceDeployment StopTask
        SubmitAttachmentStateChanges SubmitContainerStateChange SubmitTaskStateChange TagResource UntagResource
        UpdateCapacityProvider UpdateCluster UpdateClusterSettings UpdateContainerAgent UpdateContainerInstancesState
        UpdateDaemon UpdateExpressGatewayService UpdateService UpdateServicePrimaryTaskSet UpdateTaskProtection
        UpdateTaskSet
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
}
