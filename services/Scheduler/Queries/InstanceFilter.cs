using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Model.Fleet;

namespace Ecs.Scheduler.Queries;

/// <summary>The filter of ListContainerInstances.</summary>
internal static class InstanceFilter
{
    /// <summary>Reads a filter; none is one that lets every instance pass.</summary>
    public static bool TryRead(
        string? text,
        [NotNullWhen(true)] out Func<InstanceState, bool>? filter,
        [NotNullWhen(false)] out CommandError? error)
    {
        filter = _ => true;
        error = null;
        return true;
    }
}
