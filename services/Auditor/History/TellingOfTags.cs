using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Auditor.History;

internal static class TellingOfTags
{
    public static string Changed(ResourceTagsChanged e)
    {
        // A family's history tells all of its revisions.
        var of = Arn.TryParse(e.ResourceArn, out var arn) && arn.Kind is ResourceKind.TaskDefinition
            ? $"revision {arn.Path[(arn.Path.LastIndexOf(':') + 1)..]}: "
            : "";
        return of + Words.List(
            e.Put.Select(tag => tag.Value is null or "" ? $"tag {tag.Key} set" : $"tag {tag.Key} = {tag.Value}")
                .Concat(e.Taken.Select(key => $"tag {key} taken away")));
    }
}
