using System.Diagnostics.CodeAnalysis;
using Ecs.Contracts.Commands;
using Ecs.Model.ClusterQueries;
using Ecs.Model.Fleet;

namespace Ecs.Rules.Queries;

/// <summary>The filter of ListContainerInstances.</summary>
public static class InstanceFilter
{
    /// <summary>Reads a filter; none, or an empty one, is one that lets every instance pass.</summary>
    public static bool TryRead(
        string? text,
        [NotNullWhen(true)] out Func<InstanceState, bool>? filter,
        [NotNullWhen(false)] out CommandError? error)
    {
        (filter, error) = (null, null);
        if (string.IsNullOrEmpty(text))
        {
            filter = _ => true;
            return true;
        }

        if (ClusterQuery.TryParse(text, out var query, out var wrong))
        {
            filter = query.Matches;
            return true;
        }

        error = new CommandError(
            ErrorTypes.InvalidParameter, $"filter cannot be read: {wrong.Message}.\n{wrong.Rendering}")
        {
            Field = "filter",
        };
        return false;
    }
}
